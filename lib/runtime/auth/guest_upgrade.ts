import { AsyncLocalStorage } from "node:async_hooks";
import type { BetterAuthOptions, DBAdapter } from "better-auth";

type CreateAdapter = (options: BetterAuthOptions) => DBAdapter<BetterAuthOptions>;

interface Guest {
  id: string;
  /** The sessions that were the guest's when the account became a user's; null: it did not. */
  sessions: string[] | null;
}

const guests = new AsyncLocalStorage<Guest>();

/**
 * Answers a request in which a new account takes the place of a guest's one (null: of nobody's).
 *
 * @param end ends sessions by their ids: no token from before may be worth more than it was.
 */
export async function upgradingGuest<T>(
  guestId: string | null,
  work: () => Promise<T>,
  end: (sessions: string[]) => Promise<void>,
): Promise<T> {
  if (guestId === null) return await work();
  const guest: Guest = { id: guestId, sessions: null };
  try {
    return await guests.run(guest, work);
  } finally {
    if (guest.sessions) await end(guest.sessions);
  }
}

/**
 * An adapter that turns a guest's account into the new one instead of making another: the person keeps
 * the id, and with it every row of the app that names it. (better-auth's plugin would delete the guest,
 * and with it what references it.)
 */
export function keepingGuests(create: CreateAdapter): CreateAdapter {
  return (options) => {
    const adapter = create(options);
    const keeping: DBAdapter<BetterAuthOptions> = {
      ...adapter,
      transaction: (work) => work(keeping),
      async create(args) {
        const guest = guests.getStore();
        if (args.model !== "user" || !guest || guest.sessions) return await adapter.create(args);
        const { id: _id, createdAt: _createdAt, ...data } = args.data as Record<string, unknown>;
        const sessions = await adapter.findMany<{ id: string }>({
          model: "session",
          where: [{ field: "userId", value: guest.id }],
        });
        const user = await adapter.update({
          model: "user",
          where: [{ field: "id", value: guest.id }, { field: "isAnonymous", value: true }],
          update: { ...data, isAnonymous: false },
        });
        if (!user) return await adapter.create(args);
        guest.sessions = sessions.map(({ id }) => id);
        return user as never;
      },
    };
    return keeping;
  };
}
