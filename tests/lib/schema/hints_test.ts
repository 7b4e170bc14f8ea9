import assert from "node:assert/strict";
import { Failure } from "../../../lib/failure.ts";
import { type Hint, parseHints, readHints } from "../../../lib/schema/hints.ts";
import { generateAsking } from "../../../lib/schema/generate_asking.ts";
import type { OpenQuestion } from "../../../lib/schema/questions.ts";
import { world } from "./world.ts";

const BEFORE = `
export const users = sqliteTable("users", { id: integer("id").primaryKey(), name: text("name"), age: integer("age") });
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title"), body: text("body") });`;
const AFTER = `
export const people = sqliteTable("people", { id: integer("id").primaryKey(), name: text("name"), years: integer("years") });
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), headline: text("headline"), lead: text("lead"), rank: integer("rank") });`;

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(() => null, (error) => error);
  assert.ok(error instanceof Failure, String(error));
  return error;
}

Deno.test("each open question has ready-made answers, and whole commands answer all of them", async () => {
  await using w = await world(BEFORE);
  await w.generate();
  await w.declare(AFTER);
  const { details, hint } = await failureOf(w.generate({ name: "more posts", dryRun: true }));
  const { status, unresolved, commands } = details as {
    status: string;
    unresolved: OpenQuestion[];
    commands: string[];
  };
  assert.equal(status, "missing_hints");
  assert.deepEqual(unresolved.map(({ entity }) => entity), [
    ["public", "people"],
    ["public", "posts", "headline"],
    ["public", "posts", "lead"],
    ["public", "posts", "rank"],
  ]);
  assert.deepEqual(unresolved[0]!.answers, ["--rename-table users:people", "--create people"]);
  assert.deepEqual(unresolved[1]!.hints.map(({ type }) => type), ["rename", "rename", "create"]);
  const said = "edgespark db generate --name 'more posts' --dry-run";
  assert.deepEqual(commands, [
    `${said} --rename-table users:people --rename posts.title:headline --rename posts.body:lead --create posts.rank`,
    `${said} --create people --create posts.headline --create posts.lead --create posts.rank`,
  ]);
  assert.ok(hint!.includes(commands[0]!) && hint!.includes(commands[1]!));
});

Deno.test("a person is asked one question at a time, until nothing is open", async () => {
  await using w = await world(BEFORE);
  await w.generate();
  await w.declare(AFTER);
  const asked: string[] = [];
  const wanted: Record<string, string> = { people: "users", years: "age", headline: "body" };
  const result = await generateAsking(w.system, w.project, { name: "asked" }, (question) => {
    const name = question.entity.at(-1)!;
    asked.push(`${name}: ${question.hints.length}`);
    const hint = question.hints.find((hint) =>
      hint.type === "rename" ? hint.from.at(-1) === wanted[name] : wanted[name] === undefined
    );
    return Promise.resolve(hint!);
  }, w.read);
  // The columns of a table come up once it is known under its new name.
  assert.deepEqual(asked, ["people: 2", "years: 2", "headline: 3", "lead: 2", "rank: 2"]);
  assert.deepEqual(result.renames, [
    { kind: "table", from: "users", to: "people" },
    { kind: "column", from: "people.age", to: "people.years" },
    { kind: "column", from: "posts.body", to: "posts.headline" },
  ]);
  assert.equal(result.written, true);
});

Deno.test("hints say the same as flags", async () => {
  const hints: Hint[] = [
    { type: "rename", kind: "table", from: ["public", "users"], to: ["public", "people"] },
    {
      type: "rename",
      kind: "column",
      from: ["public", "people", "age"],
      to: ["public", "people", "years"],
    },
    { type: "confirm_data_loss", kind: "column", entity: ["public", "posts", "title"] },
    { type: "confirm_data_loss", kind: "column", entity: ["public", "posts", "body"] },
    { type: "create", kind: "view", entity: ["public", "anything"] },
  ];
  const flags = {
    renameTable: ["users:people"],
    rename: ["people.age:years"],
    drop: ["posts.title", "posts.body"],
  };
  const answers = [];
  for (const options of [{ hints }, flags]) {
    await using w = await world(BEFORE);
    await w.generate();
    await w.declare(AFTER);
    const { statements, renames } = await w.generate(options);
    answers.push({ statements, renames });
  }
  assert.deepEqual(answers[0], answers[1]);
});

Deno.test("hints come from a file, from standard input or as they are", async () => {
  await using w = await world("");
  const text = '[{"type":"create","kind":"column","entity":["public","posts","headline"]}]';
  const hints = JSON.parse(text);
  await w.write("answers.json", text);
  assert.deepEqual(await readHints(w.system, "answers.json"), hints);
  assert.deepEqual(await readHints(w.system, "-", () => Promise.resolve(text)), hints);
  assert.deepEqual(await readHints(w.system, text), hints);
  assert.equal((await failureOf(readHints(w.system, "absent.json"))).code, "HINTS_MISSING");
});

Deno.test("what is no hint is refused with its place", () => {
  const cases: [text: string, message: RegExp, details: Record<string, unknown>][] = [
    ["[{", /line 1, column 3/, { file: "h.json", line: 1, column: 3 }],
    ["{}", /not a list/, {}],
    ['[{"type":"guess"}]', /hint 1 has no `type`/, { index: 0 }],
    ['[{"type":"create","kind":"toString"}]', /hint 1 has no `kind`/, { index: 0 }],
    ['[{"type":"create","kind":"table","entity":["posts"]}]', /needs `entity`/, { index: 0 }],
    [
      '[{"type":"rename","kind":"column","entity":["public","a","b"]}]',
      /needs `from` and `to`/,
      { index: 0 },
    ],
  ];
  for (const [text, message, details] of cases) {
    assert.throws(() => parseHints(text, "h.json"), (error) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.kind, error.code, error.details], [
        "usage",
        "HINTS_INVALID",
        details,
      ]);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("an answer to what is not asked is refused", async () => {
  await using w = await world(BEFORE);
  await w.generate();
  await w.declare(AFTER);
  const base = { renameTable: ["users:people"], rename: ["people.age:years"] };
  const typo = await failureOf(w.generate({ ...base, create: ["posts.headlin"] }));
  assert.deepEqual([typo.code, typo.hint], ["ANSWER_UNKNOWN", "Did you mean `posts.headline`?"]);
  assert.equal((await failureOf(w.generate({ ...base, drop: ["posts"] }))).code, "ANSWER_UNKNOWN");
});
