import assert from "node:assert/strict";
import { pathKind } from "../../../lib/runtime/paths.ts";

const CASES: Record<string, string> = {
  "/": "asset",
  "/apix": "asset",
  "/API/posts": "asset",
  "//api/posts": "asset",
  "/assets/my%20file.js": "asset",
  "/%zz": "asset",
  "/api": "login",
  "/api/": "login",
  "/api/posts": "login",
  "/api/public": "login",
  "/api/publicity/x": "login",
  "/api//public/x": "login",
  "/api/PUBLIC/x": "login",
  "/api/%E4%BD%A0": "login",
  "/api/%zz/x": "login",
  "/api/proxy/https%3A%2F%2Fx.example": "login",
  "/api/public/x": "public",
  "/api/public/": "public",
  "/api/public/https%3A%2F%2Fx.example": "public",
  "/api/webhooks/stripe": "webhook",
  "/api/webhooks": "login",
  "/api/_es": "reserved",
  "/api/_es/authority": "reserved",
  "/api/_es/dev/auto-verify": "reserved",
  "/api/_es/auth": "auth",
  "/api/_es/auth/sign-in/email": "auth",
  "/api/_es/storage/uploads/a%2Fb": "storage",
  "/api/_es/health": "health",
  "/%61pi/posts": "ambiguous",
  "/api/%70ublic/x": "ambiguous",
  "/api/public%2Fx": "ambiguous",
  "/api%2Fposts": "ambiguous",
  "/api/%5fes/auth/x": "ambiguous",
};

for (const [path, kind] of Object.entries(CASES)) {
  Deno.test(`${path} is ${kind}`, () => assert.equal(pathKind(path), kind));
}
