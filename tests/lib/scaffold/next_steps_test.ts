import assert from "node:assert/strict";
import { nextSteps } from "../../../lib/scaffold/next_steps.ts";

const NOTHING = {
  hasWeb: false,
  vars: [],
  secrets: [],
  buckets: [],
  hasMigrations: false,
  hasUnmigratedTables: false,
};

Deno.test("nextSteps: all of them, in order", () => {
  const steps = nextSteps("shop", { serverPath: "server", webPath: "web" }, {
    hasWeb: true,
    vars: ["REGION", "URL"],
    secrets: ["STRIPE_SECRET_KEY", "MAIL_KEY"],
    buckets: ["photos"],
    hasMigrations: true,
    hasUnmigratedTables: false,
  });
  assert.deepEqual(steps, [
    "(cd shop/server && npm install)",
    "(cd shop/web && npm install)",
    "cd shop",
    "edgespark var set REGION=<ask your user>",
    "edgespark var set URL=<ask your user>",
    "edgespark secret set STRIPE_SECRET_KEY MAIL_KEY",
    "edgespark db migrate",
    "edgespark storage apply",
    "edgespark auth apply",
    "edgespark deploy",
  ]);
});

Deno.test("nextSteps: only what applies", () => {
  assert.deepEqual(nextSteps("api", { serverPath: "backend", webPath: null }, NOTHING), [
    "(cd api/backend && npm install)",
    "cd api",
    "edgespark auth apply",
    "edgespark deploy",
  ]);
});

Deno.test("nextSteps: tables without a migration, and a server at the root", () => {
  const needs = { ...NOTHING, hasUnmigratedTables: true };
  assert.deepEqual(nextSteps("api", { serverPath: ".", webPath: null }, needs), [
    "(cd api && npm install)",
    "cd api",
    "edgespark db generate",
    "edgespark db migrate",
    "edgespark auth apply",
    "edgespark deploy",
  ]);
});
