/** Larger than this it is set aside as `server.log.1`, bytes. */
const LIMIT = 1024 * 1024;

/** What the server itself and the runtime below it say; of bounded size, never a secret value. */
export class ServerLog {
  constructor(readonly file: string) {}

  write(text: string): void {
    const line = text.replace(/\n*$/, "\n");
    try {
      if (sizeOf(this.file) > LIMIT) Deno.renameSync(this.file, `${this.file}.1`);
      Deno.writeTextFileSync(this.file, `${new Date().toISOString()} ${line}`, {
        append: true,
        mode: 0o600,
      });
    } catch {
      // A full disk must not end the server; the app's own log says so where it can.
    }
  }
}

function sizeOf(file: string): number {
  try {
    return Deno.statSync(file).size;
  } catch {
    return 0;
  }
}
