/**
 * How the tables belong together, for queries such as `db.query.notes.findMany({ with: { owner: true } })`.
 * Relations change no SQL: there is nothing to migrate after an edit.
 *
 *   export const notesRelations = relations(notes, ({ one }) => ({
 *     owner: one(esSystemAuthUser, { fields: [notes.ownerId], references: [esSystemAuthUser.id] }),
 *   }));
 *
 * `relations` comes from "drizzle-orm".
 */

// Keeps this file a module until it exports its first relations.
export {};
