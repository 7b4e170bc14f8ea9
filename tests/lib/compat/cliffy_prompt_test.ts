import assert from "node:assert/strict";
import { Confirm, Input, Secret, Select } from "@cliffy/prompt";

/** No terminal here: answers are injected. tests/binary asks for real. */
const cases: [string, () => Promise<unknown>, unknown][] = [
  ["a text, trimmed", () => (Input.inject(" x "), Input.prompt("Name")), "x"],
  ["a default", () => (Input.inject(""), Input.prompt({ message: "Name", default: "y" })), "y"],
  ["a secret as it is", () => (Secret.inject(" x "), Secret.prompt({ message: "Key" })), " x "],
  ["y as yes", () => (Confirm.inject("y"), Confirm.prompt({ message: "Sure?" })), true],
  ["No as no", () => (Confirm.inject("No"), Confirm.prompt("Sure?")), false],
  [
    "labels of its own",
    () => (Confirm.inject("delete"), Confirm.prompt({ message: "?", active: "Delete" })),
    true,
  ],
  [
    "a choice among words",
    () => (Select.inject("b"), Select.prompt({ message: "Which?", options: ["a", "b"] })),
    "b",
  ],
  [
    "a choice among named values",
    () => {
      Select.inject(2);
      return Select.prompt({ message: "Which?", options: [{ name: "Two", value: 2 }] });
    },
    2,
  ],
];

for (const [title, prompt, expected] of cases) {
  Deno.test(`@cliffy/prompt takes ${title}`, async () => assert.equal(await prompt(), expected));
}

const refusals: [string, () => Promise<unknown>, RegExp][] = [
  [
    "a short text",
    () => (Input.inject("x"), Input.prompt({ message: "Name", minLength: 2 })),
    /Value must be longer than 2 but has a length of 1\./,
  ],
  [
    "a long secret",
    () => (Secret.inject("xyz"), Secret.prompt({ message: "?", label: "Key", maxLength: 2 })),
    /Key can't be longer than 2 but has a length of 3\./,
  ],
  [
    "what its own check refuses",
    () => (Input.inject("x"), Input.prompt({ message: "Name", validate: () => "Not that" })),
    /Not that/,
  ],
  ["an answer that is neither", () => (Confirm.inject("x"), Confirm.prompt("?")), /Invalid answer/],
  [
    "what is not offered",
    () => (Select.inject("c"), Select.prompt({ message: "Which?", options: ["a"] })),
    /Invalid answer/,
  ],
];

for (const [title, prompt, message] of refusals) {
  Deno.test(`@cliffy/prompt refuses ${title}`, () => assert.rejects(prompt(), message));
}

Deno.test("answers of @cliffy/prompt are typed", async () => {
  Select.inject("a");
  const word: string = await Select.prompt({ message: "Which?", options: ["a", "b"] });
  Confirm.inject("y");
  const sure: boolean = await Confirm.prompt({ message: "Sure?", default: false });
  assert.deepEqual([word, sure], ["a", true]);
});
