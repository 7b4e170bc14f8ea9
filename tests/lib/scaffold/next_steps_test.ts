import assert from "node:assert/strict";
import { nextSteps } from "../../../lib/scaffold/next_steps.ts";

Deno.test("nextSteps: all of them, in order", () => {
  const steps = nextSteps({
    folder: "shop",
    hasWeb: true,
    vars: ["REGION", "URL"],
    secrets: ["STRIPE_SECRET_KEY"],
    hasMigrations: true,
    hasBuckets: true,
  });
  assert.deepEqual(steps, [
    "cd shop/server && npm install",
    "cd shop/web && npm install",
    "edgespark var set REGION=<ask your user>",
    "edgespark var set URL=<ask your user>",
    "edgespark secret set STRIPE_SECRET_KEY",
    "edgespark db migrate",
    "edgespark storage apply",
    "edgespark auth apply",
    "edgespark deploy",
  ]);
});

Deno.test("nextSteps: only what applies", () => {
  const steps = nextSteps({
    folder: "api",
    hasWeb: false,
    vars: [],
    secrets: [],
    hasMigrations: false,
    hasBuckets: false,
  });
  assert.deepEqual(steps, [
    "cd api/server && npm install",
    "edgespark auth apply",
    "edgespark deploy",
  ]);
});
