/** Who holds a lock. */
export interface LockHolder {
  pid: number;
  command: string;
  /** ISO 8601. */
  start: string;
}

/** A held lock. */
export interface HeldLock {
  /** Who had left the lock behind without giving it back, when that was the case. */
  staleHolder: LockHolder | null;
  release(): void;
}

/** Locks between processes, freed by the system when their holder dies. */
export interface Locks {
  /** Tries once. Returns who holds it when it is taken. Null: taken, holder unknown. */
  tryAcquire(path: string, command: string): Promise<HeldLock | { heldBy: LockHolder | null }>;
}
