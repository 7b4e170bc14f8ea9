import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { DEFAULT_AUTH } from "../../../../../lib/runtime/auth/settings.ts";
import { OAuthStub } from "./support/oauth_stub.ts";
import { ANNA, Visitor } from "./support/visitor.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

const GUESTS = { ...DEFAULT_AUTH, enableAnonymous: true };
const settings = { ...SETTINGS, auth: GUESTS };

async function guest(world: World): Promise<{ visitor: Visitor; id: string; old: Visitor }> {
  const visitor = new Visitor(world);
  const { user } = await visitor.ask(200, "/sign-in/anonymous", {});
  const old = new Visitor(world);
  for (const [name, value] of visitor.cookies) old.cookies.set(name, value);
  return { visitor, id: user.id, old };
}

/** A table of the app that belongs to users, as its migrations would make it. */
function withNotes(world: World, id: string): DatabaseSync {
  const db = new DatabaseSync(join(world.folder, "data.sqlite"));
  db.exec(`CREATE TABLE IF NOT EXISTS notes (text TEXT, owner TEXT NOT NULL
    REFERENCES es_system__auth_user(id) ON DELETE CASCADE)`);
  db.prepare("INSERT INTO notes VALUES ('mine', ?)").run(id);
  return db;
}

Deno.test("a guest who signs up keeps the id and every row; older tokens end", () =>
  inWorld(async (world) => {
    const { visitor, id, old } = await guest(world);
    assert.equal((await visitor.who()).isAnonymous, true);
    const again = await visitor.auth("/sign-in/anonymous", {});
    assert.equal(again.status, 400);
    const db = withNotes(world, id);
    const { user } = await visitor.signUp();
    assert.equal(user.id, id);
    const { createdAt: _, ...me } = await visitor.who();
    assert.deepEqual(me, {
      id,
      email: ANNA.email,
      name: ANNA.name,
      image: null,
      emailVerified: false,
      isAnonymous: false,
    });
    assert.equal(db.prepare("SELECT owner FROM notes").get()!.owner, id);
    assert.equal(db.prepare("SELECT count(*) AS n FROM es_system__auth_user").get()!.n, 1);
    db.close();
    // Whoever had the guest's token must not be signed in as the new user.
    assert.equal(await old.who(), null);
    const later = new Visitor(world);
    await later.ask(200, "/sign-in/email", ANNA);
    assert.equal((await later.who()).id, id);
  }, { settings }));

Deno.test("a sign-up that fails leaves the guest as it was", () =>
  inWorld(async (world) => {
    await new Visitor(world).signUp();
    const { visitor, id } = await guest(world);
    const db = withNotes(world, id);
    await visitor.ask(422, "/sign-up/email", ANNA);
    assert.equal(
      (await visitor.ask(400, "/sign-up/email", { ...ANNA, password: "x" })).code,
      "PASSWORD_TOO_SHORT",
    );
    const me = await visitor.who();
    assert.equal(me.id, id);
    assert.equal(me.isAnonymous, true);
    assert.equal(db.prepare("SELECT owner FROM notes").get()!.owner, id);
    db.close();
  }, { settings }));

Deno.test("a guest who signs in to an account that exists leaves the guest's one behind", () =>
  inWorld(async (world) => {
    const { user } = await new Visitor(world).signUp();
    const { visitor, id, old } = await guest(world);
    const db = withNotes(world, id);
    await visitor.ask(200, "/sign-in/email", ANNA);
    assert.equal((await visitor.who()).id, user.id);
    assert.equal(await old.who(), null);
    assert.equal(db.prepare("SELECT count(*) AS n FROM notes").get()!.n, 0);
    db.close();
  }, { settings }));

Deno.test("a guest who comes from a provider keeps the id as well", async () => {
  await using stub = new OAuthStub();
  const github = { clientId: "client-1", clientSecret: "secret-1" };
  await inWorld(async (world) => {
    const { visitor, id, old } = await guest(world);
    const { url } = await visitor.ask(200, "/sign-in/social", {
      provider: "github",
      callbackURL: "/",
    });
    const state = new URL(url).searchParams.get("state");
    assert.equal((await visitor.auth(`/callback/github?code=c&state=${state}`)).status, 302);
    const me = await visitor.who();
    assert.equal(me.id, id);
    assert.equal(me.isAnonymous, false);
    assert.equal(me.email, "anna@example.com");
    assert.equal(await old.who(), null);
  }, {
    settings: { ...SETTINGS, auth: { ...GUESTS, social: { github } } },
    start: { net: null },
    banner: stub.banner,
  });
});

Deno.test("where addresses are verified first, a guest is not signed in by a typed address", () =>
  inWorld(async (world) => {
    const { visitor, id } = await guest(world);
    const { user } = await visitor.signUp();
    assert.notEqual(user.id, id);
    const me = await visitor.who();
    assert.equal(me.id, id);
    assert.equal(me.isAnonymous, true);
  }, {
    settings: {
      ...SETTINGS,
      auth: { ...GUESTS, emailPassword: { enabled: true, requireEmailVerification: true } },
    },
  }));
