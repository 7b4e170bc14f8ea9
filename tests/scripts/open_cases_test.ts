import { Hono } from "hono";
import assert from "node:assert/strict";
import {
  addressOf,
  type Answer,
  isUnreachable,
  judgeSignedIn,
  judgeSignedOut,
  type References,
  statusCounts,
} from "../../scripts/open_cases/answers.ts";
import { type CaseRoute, compareRoutes, whyNotWalked } from "../../scripts/open_cases/cases.ts";
import { findingCounts } from "../../scripts/open_cases/command_steps.ts";
import { leaveOutUnpublished, unpublishedImports } from "../../scripts/open_cases/packages.ts";
import { secretPlaceholders, varPlaceholder } from "../../scripts/open_cases/placeholders.ts";
import { webPath } from "../../scripts/open_cases/prepare.ts";
import { causeOf } from "../../scripts/open_cases/program.ts";
import { readForm } from "../../scripts/open_cases/secrets.ts";
import {
  none,
  ok,
  red,
  redRows,
  renderTable,
  type Row,
  unreached,
} from "../../scripts/open_cases/table.ts";

const answer = (status: number, body = ""): Answer => ({ status, body, requestId: null });
const route = (kind: CaseRoute["class"]): CaseRoute => ({
  method: "GET",
  path: "/api/x",
  class: kind,
});
const REFERENCES: References = {
  signedOut: answer(401, "the platform's"),
  unknown: answer(404, "the router's"),
  mayDisown: false,
};

Deno.test("which cases are walked", () => {
  const one = { name: "a", dir: "a", layout: "server/" };
  assert.equal(whyNotWalked(one), null);
  assert.match(whyNotWalked({ ...one, layout: "legacy" })!, /legacy/);
  assert.match(whyNotWalked({ ...one, dir: null })!, /no files/);
});

Deno.test("routes are compared as exact sets, with their access", () => {
  const expected: CaseRoute[] = [
    { method: "GET", path: "/api/a", class: "auth" },
    { method: "POST", path: "/api/webhooks/b", class: "webhook" },
  ];
  const listed = [
    { method: "POST", path: "/api/webhooks/b", access: "webhook" as const },
    { method: "GET", path: "/api/a", access: "login" as const },
  ];
  assert.deepEqual(compareRoutes(listed, expected), { missing: [], extra: [] });
  listed[1]!.path = "/api/c";
  assert.deepEqual(compareRoutes(listed, expected), {
    missing: ["login GET /api/a"],
    extra: ["login GET /api/c"],
  });
});

Deno.test("packages that npm lacks are left out of every group, others stay", () => {
  const { manifest, leftOut } = leaveOutUnpublished({
    name: "x",
    dependencies: { "@edgespark/web": "1", "hono": "4", "@edgesparks/other": "1" },
    devDependencies: { "@edgespark/devkit": "1", "@edgespark/web": "1" },
  });
  assert.deepEqual(leftOut, ["@edgespark/web", "@edgespark/devkit"]);
  assert.deepEqual(manifest, {
    name: "x",
    dependencies: { "hono": "4", "@edgesparks/other": "1" },
    devDependencies: {},
  });
  assert.deepEqual(
    unpublishedImports(
      `import "@edgespark/web/styles.css"; await import('@edgespark/kit'); import x from "hono";`,
    ),
    ["@edgespark/web", "@edgespark/kit"],
  );
});

Deno.test("placeholders fit the names of their keys", async () => {
  assert.equal(varPlaceholder("PUBLIC_BASE_URL"), "https://service.invalid");
  assert.equal(varPlaceholder("ADMIN_EMAILS"), "owner@example.com");
  assert.equal(varPlaceholder("ORDER_EXPIRE_MINUTES"), "30");
  assert.equal(varPlaceholder("QUEUE_NAME"), "placeholder-queue-name");
  const values = await secretPlaceholders(["A_KEY", "PAY_PRIVATE_KEY", "PAY_PUBLIC_KEY_PEM"]);
  assert.equal(atob(values.A_KEY!).length, 32);
  assert.match(values.PAY_PRIVATE_KEY!, /^-----BEGIN PRIVATE KEY-----\n(?:.{1,64}\n)+-----END/);
  assert.match(values.PAY_PUBLIC_KEY_PEM!, /^-----BEGIN PUBLIC KEY-----\n/);
});

Deno.test("an address of a route reaches that route", async () => {
  for (
    const path of [
      "/api/a",
      "/api/b/:id",
      "/api/c/:id/d/:name",
      "/api/e/:path{.+}",
      "/api/f/:id{[0-9]{1,3}}/g",
      "/api/h/:id/*",
      "/api/i/:id?",
    ]
  ) {
    const app = new Hono().get(path, (context) => context.text("here"));
    const address = addressOf(path);
    assert.equal(await (await app.request(address)).text(), "here", address);
  }
});

Deno.test("without a session: protected routes are closed by the platform, others reached", () => {
  const judge = (kind: CaseRoute["class"], given: Answer) =>
    judgeSignedOut(route(kind), given, REFERENCES);
  assert.equal(judge("auth", answer(401, "the platform's")).ok, true);
  assert.equal(judge("auth", answer(401, "the app's")).ok, false);
  assert.equal(judge("auth", answer(200)).ok, false);
  for (const kind of ["public", "webhook"] as const) {
    assert.equal(judge(kind, answer(200)).ok, true);
    assert.equal(judge(kind, answer(401, "the app's")).ok, true);
    assert.equal(judge(kind, answer(404, "the app's")).ok, true);
    assert.equal(judge(kind, answer(401, "the platform's")).ok, false);
    assert.equal(judge(kind, answer(404, "the router's")).ok, false);
    assert.deepEqual(judge(kind, answer(502)), { ok: true, failed: true, why: "answered 502" });
  }
  const disowned = { ...REFERENCES, mayDisown: true };
  assert.equal(judgeSignedOut(route("public"), REFERENCES.unknown, disowned).ok, true);
});

Deno.test("with a session nothing is 401, and every route is there", () => {
  assert.equal(judgeSignedIn(answer(403), REFERENCES).ok, true);
  assert.equal(judgeSignedIn(answer(401, "the app's"), REFERENCES).ok, false);
  assert.equal(judgeSignedIn(answer(404, "the router's"), REFERENCES).ok, false);
  assert.equal(statusCounts([answer(404), answer(200), answer(200)]), "200 x2, 404 x1");
});

Deno.test("the last cause of an error is what is told, and whether it means the network", () => {
  const base = { level: "error", requestId: "1" };
  assert.equal(causeOf({ ...base, message: "one\ntwo" }), "one");
  const told = { ...base, message: "Failed", stack: "E\nCaused by: F: a\n  at x\nCaused by: G: b" };
  assert.equal(causeOf(told), "G: b");
  assert.equal(causeOf({ ...base, message: "E\n  [cause]: Error: no row" }), "Error: no row");
  assert.equal(isUnreachable("TypeError: fetch failed"), true);
  assert.equal(isUnreachable("FOREIGN KEY constraint failed"), false);
});

Deno.test("pages, manifests and findings are read", () => {
  assert.deepEqual(
    readForm(`<form method="post" action="/s"><input name="A"><textarea id=x name="B"></textarea>`),
    { action: "/s", fields: ["A", "B"] },
  );
  assert.throws(() => readForm("<p>Used"), /no form/);
  assert.equal(webPath(`[server]\npath = "server"\n\n[web]\n# here\npath = "."\n`), ".");
  assert.equal(webPath(`[web]\noutput_path = "dist"\n[server]\npath = "server"\n`), null);
  const finding = { severity: "warning" as const, file: null, message: "" };
  assert.equal(
    findingCounts([{ ...finding, code: "A" }, { ...finding, code: "B" }, {
      ...finding,
      code: "A",
    }]),
    "warning A x2, warning B",
  );
});

Deno.test("the table has a row a case, its notes, and who was not walked", () => {
  const good: Row = { name: "a", cells: { install: ok("server"), deploy: none("") }, notes: [] };
  const bad: Row = {
    name: "b",
    cells: { install: red("x|y\nz"), deploy: unreached("") },
    notes: ["n"],
  };
  assert.deepEqual(redRows([good, bad]), [bad]);
  const text = renderTable([good, bad], [{ name: "c", why: "facts only" }]);
  assert.match(text, /^\| a \| ok: server \| .* \| - \| /m);
  assert.match(text, /^\| b \| RED: x\/y z \| .* \| not reached \| /m);
  assert.match(text, /^- c: facts only$/m);
  assert.match(text, /^### b\n\n- n$/m);
  assert.doesNotMatch(text, /^### a$/m);
});
