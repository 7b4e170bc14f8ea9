import { AsyncLocalStorage } from "node:async_hooks";
import type { BetterAuthOptions, DBAdapter } from "better-auth";

type CreateAdapter = (options: BetterAuthOptions) => DBAdapter<BetterAuthOptions>;

const guests = new AsyncLocalStorage<{ id: string; upgraded: boolean }>();

/** Answers a request in which a new account takes the place of a guest's one (null: of nobody's). */
export function upgradingGuest<T>(guestId: string | null, work: () => Promise<T>): Promise<T> {
  return guestId === null ? work() : guests.run({ id: guestId, upgraded: false }, work);
}

/**
 * An adapter that turns a guest's account into the new one instead of making another: the person keeps
 * the id, and with it every row of the app that names it. (better-auth's plugin would delete the guest,
 * and with it what references it.) The guest's sessions end, so that no token from before is worth more
 * than it was.
 */
export function keepingGuests(create: CreateAdapter): CreateAdapter {
  return (options) => {
    const adapter = create(options);
    const keeping: DBAdapter<BetterAuthOptions> = {
      ...adapter,
      transaction: (work) => work(keeping),
      async create(args) {
        const guest = guests.getStore();
        if (args.model !== "user" || !guest || guest.upgraded) return await adapter.create(args);
        const { id: _id, createdAt: _createdAt, ...data } = args.data as Record<string, unknown>;
        await adapter.deleteMany({
          model: "session",
          where: [{ field: "userId", value: guest.id }],
        });
        const user = await adapter.update({
          model: "user",
          where: [{ field: "id", value: guest.id }, { field: "isAnonymous", value: true }],
          update: { ...data, isAnonymous: false },
        });
        if (!user) return await adapter.create(args);
        guest.upgraded = true;
        return user as never;
      },
    };
    return keeping;
  };
}
