import assert from "node:assert/strict";
import { join } from "@std/path";
import { devText } from "../../../../../commands/dev_text.ts";
import type { DevEvent } from "../../../../../lib/platform/dev.ts";
import { ROOT } from "../../../../support/fixtures.ts";
import { answering, DevWorld } from "./world.ts";

Deno.test("without a terminal it says `Ready: <url>` on a line of its own, a line for each request, and stays", async () => {
  await using world = await DevWorld.make({ "server/src/index.ts": answering("x") });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(ROOT, "main.ts"), "dev"],
    cwd: world.root,
    env: { NO_COLOR: "1", EDGESPARK_STATE_DIR: join(world.folder, "state") },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let words = "";
  let url: string | undefined;
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    words += decoder.decode(chunk, { stream: true });
    if (url === undefined) {
      url = /^Ready: (http:\/\/localhost:\d+)$/m.exec(words)?.[1];
      if (url !== undefined) assert.equal(await (await fetch(`${url}/api/public/x`)).text(), "x");
    } else if (/^\d\d:\d\d:\d\d\.\d{3} REQ GET \/api\/public\/x 200 \d+ms$/m.test(words)) {
      child.kill("SIGTERM");
    }
  }
  assert.equal((await child.status).code, 0);
});

Deno.test("every event has words of its own", () => {
  const problem = {
    code: "SYNTAX_ERROR",
    message: "Unexpected end of file",
    file: "server/src/index.ts",
    line: 3,
    hint: null,
  };
  const table: [DevEvent, string][] = [
    [
      { event: "reload", changed: ["a", "b", "c", "d", "e"], ms: 12, deploymentId: "x" },
      "Reloaded in 12 ms (a, b, c and 2 more)",
    ],
    [
      {
        event: "push",
        statements: ["DROP TABLE `notes`"],
        renames: [{ kind: "column", from: "a.b", to: "a.c" }],
        takenAsNew: ["a.d"],
        lost: [{ table: "notes", column: null, count: 1 }, { table: "a", column: "e", count: 2 }],
        copy: ".edgespark/dev/restore/x.sqlite",
      },
      [
        "Pushed the schema to the dev database: 1 statement",
        "  renamed `a.b` to `a.c`",
        "  `a.d` is new; to have it renamed, answer `edgespark db generate` before the save",
        "  lost 1 row of `notes`",
        "  lost 2 values of `a.e`",
        "  The database from before is in `.edgespark/dev/restore/x.sqlite`",
      ].join("\n"),
    ],
    [
      { event: "problem", problems: [problem], serving: true },
      "Error: server/src/index.ts:3: Unexpected end of file (SYNTAX_ERROR)\nThe app runs on as it was; the next good save is taken up by itself",
    ],
    [
      { event: "seed", file: "server/dev/seed.ts", ms: 5, problem: null },
      "Seeded with `server/dev/seed.ts` in 5 ms",
    ],
    [{ event: "web", text: "hello" }, "web | hello"],
    [{ event: "notice", code: "ENV_UNSET", message: "A" }, "Note: A (ENV_UNSET)"],
    [{ event: "types", findings: [] }, "Types: no errors"],
    [
      {
        event: "review",
        findings: [{
          code: "ROUTE_OUTSIDE_API",
          severity: "warning",
          file: "server/src/index.ts",
          line: null,
          message: "The route `GET /x` is not under `/api`",
          fix: "Move it",
        }],
      },
      "Warning: server/src/index.ts: The route `GET /x` is not under `/api` (ROUTE_OUTSIDE_API): it runs here, `deploy` will refuse it\nHint: Move it",
    ],
  ];
  for (const [event, words] of table) assert.equal(devText(event), words);
});
