import assert from "node:assert/strict";
import { plainRequest } from "../../../lib/runtime/plain_request.ts";
import { Random } from "../../support/random.ts";

/** What a server hands over: the address as the client wrote it. */
function asWritten(url: string): Request {
  const request = new Request("http://x.example/");
  Object.defineProperty(request, "url", { value: url });
  return request;
}

const PARTS = [
  ...[
    "/",
    "/",
    "/",
    "api",
    "public",
    "_es",
    "~u",
    "-",
    "a",
    "Z",
    "9",
    ".",
    "..",
    "%2e",
    "%2F",
    "%",
    "\\",
  ],
  ...[
    ";",
    "?",
    "?q=/api",
    "#",
    "#/api",
    " ",
    "\t",
    "\n",
    "ä",
    "\u{1f600}",
    "@",
    ":",
    "//",
    "&",
    "=",
    "'",
  ],
  ...['"', "<", "^", "|", "{", "}", "`"],
];
const HOSTS = [
  "x.example",
  "127.0.0.1:80",
  "127.1",
  "[::1]:7775",
  "X.example",
  "x.example:8080",
  "0x7f.1",
  "x/api/public",
  "u@x",
];

Deno.test("a path is the one that a URL parser reads, for 20,000 addresses (seed 4242)", () => {
  const random = new Random(4242);
  const pick = <T>(list: T[]) => list[random.below(list.length)]!;
  let plain = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    const tail = Array.from({ length: random.below(8) }, () => pick(PARTS)).join("");
    const address = `http://${pick(HOSTS)}/${tail}`;
    const url = URL.parse(address);
    if (!url) continue;
    const incoming = asWritten(address);
    const { request, path } = plainRequest(incoming);
    assert.equal(path, url.pathname, address);
    // What the app's router makes of it: the path of the address that it is given.
    assert.equal(new URL(request.url).pathname, path, address);
    const seen = request.url.slice(request.url.indexOf("/", 8));
    assert.equal(seen.split(/[?#]/)[0], path, address);
    plain += Number(request === incoming);
  }
  assert.ok(plain > 1_000 && plain < 19_000, `${plain}`);
});
