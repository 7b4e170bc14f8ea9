import assert from "node:assert/strict";
import { accessibilityProblems, browserTest, visit, withPage } from "./support/browser.ts";
import type { Page } from "./support/driver.ts";
import { ProgramWorld } from "../support/program_world.ts";

const KEYS = ["STRIPE_SECRET_KEY", "APPLE_PRIVATE_KEY"];
const PEM =
  "-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49 \n  \n+/=-----END PRIVATE KEY-----\n";

const field = (page: Page, key: string) => page.getByLabel(key, { exact: true });
const masked = (page: Page, key: string) =>
  field(page, key).evaluate((area) =>
    getComputedStyle(area).getPropertyValue("-webkit-text-security") === "disc"
  );

/** Waits until a field is masked, or shown: a key that was pressed acts a moment later. */
async function untilMasked(page: Page, key: string, expected: boolean): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end;) {
    if (await masked(page, key) === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`${key} is ${expected ? "shown" : "masked"}`);
}

browserTest(
  "two keys, pasted: several lines survive, one line loses its line break, nothing leaves the origin",
  async () => {
    await using world = await ProgramWorld.make(KEYS);
    const { url } = await world.ask(...KEYS);
    await withPage(async ({ page, seen }) => {
      const answer = await visit(page, url);
      assert.equal(answer.status(), 200);
      assert.match(await page.title(), /^Enter 2 secrets for corner-shop$/);
      const said = await page.locator("main").innerText();
      assert.match(said, /corner-shop[^]*production[^]*Closes at\s+\d\d:\d\d.*\((10|9) min left\)/);
      await field(page, KEYS[0]!).focus();
      await page.keyboard.insertText("sk_live_0123456789abcdef \n");
      await field(page, KEYS[1]!).focus();
      await page.keyboard.insertText(PEM);
      await untilMasked(page, KEYS[1]!, true);
      await page.getByText("25 characters; starts or ends with a space").waitFor();
      await page.getByText(/^4 lines, \d+ characters$/).waitFor();
      await page.getByRole("button", { name: "Save 2 secrets" }).click();
      await page.getByRole("heading", { name: "Saved 2 secrets" }).waitFor();
      assert.deepEqual(await accessibilityProblems(page), []);
      const html = await page.content();
      assert(!html.includes("sk_live") && !html.includes("MIGT"));
      const { origin } = new URL(url);
      assert(seen.requests.length >= 2);
      assert.deepEqual(seen.requests.filter((address) => new URL(address).origin !== origin), []);
      assert.deepEqual(seen.complaints, []);

      assert.equal((await visit(page, url)).status(), 410);
      await page.getByRole("heading", { name: "Already used" }).waitFor();
      await page.getByText(`edgespark secret set ${KEYS.join(" ")}`).waitFor();
    });
    assert.deepEqual(await world.values(), {
      STRIPE_SECRET_KEY: "sk_live_0123456789abcdef ",
      APPLE_PRIVATE_KEY: PEM,
    });
    const again = await world.ask(KEYS[0]!);
    await withPage(async ({ page }) => {
      await visit(page, again.url);
      assert.match(await page.locator("main").innerText(), /Replaces its value/);
    });
  },
);

browserTest("with the keyboard alone: the order of focus, showing and hiding, saving", async () => {
  await using world = await ProgramWorld.make(KEYS);
  const { url } = await world.ask(...KEYS);
  await withPage(async ({ page, seen }) => {
    await visit(page, url);
    const focused = () =>
      page.evaluate<string>(
        `document.activeElement.labels?.[0]?.textContent.trim() ?? document.activeElement.textContent`,
      );
    const order = [await focused()];
    await page.keyboard.type("one");
    await page.keyboard.press("Tab");
    order.push(await focused());
    await untilMasked(page, KEYS[0]!, true);
    await page.keyboard.press("Space");
    await untilMasked(page, KEYS[0]!, false);
    await untilMasked(page, KEYS[1]!, true);
    await page.keyboard.press("Space");
    await untilMasked(page, KEYS[0]!, true);
    await page.keyboard.press("Tab");
    order.push(await focused());
    await page.keyboard.type("two");
    await page.keyboard.press("Tab");
    order.push(await focused());
    await page.keyboard.press("Tab");
    order.push(await focused());
    assert.deepEqual(order, [
      "STRIPE_SECRET_KEY",
      "Show STRIPE_SECRET_KEY",
      "APPLE_PRIVATE_KEY",
      "Show APPLE_PRIVATE_KEY",
      "Save 2 secrets",
    ]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Saved 2 secrets" }).waitFor();
    assert.deepEqual(seen.complaints, []);
  });
  assert.deepEqual(await world.values(), { STRIPE_SECRET_KEY: "one", APPLE_PRIVATE_KEY: "two" });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `form, error and wrong address are accessible in ${colorScheme}, on a phone too`,
    async () => {
      await using world = await ProgramWorld.make(KEYS);
      const { url } = await world.ask(...KEYS);
      await withPage(async ({ page, seen }) => {
        await visit(page, url);
        assert.deepEqual(await accessibilityProblems(page), []);
        await field(page, KEYS[0]!).fill("x".repeat(64 * 1024 + 1));
        await page.getByRole("button").click();
        assert.equal(
          await field(page, KEYS[0]!).evaluate((area) => area.matches(":invalid")),
          true,
        );
        assert.equal((await world.values()).STRIPE_SECRET_KEY, undefined);
        // What the browser holds back is sent all the same, to see what the server says of it.
        await page.evaluate(
          `document.forms[0].noValidate = true; document.querySelector("textarea").value = ""`,
        );
        await page.getByRole("button").click();
        await page.locator(".bad").waitFor();
        assert.match(await page.title(), /^Error: /);
        assert.equal(
          await page.evaluate(`document.activeElement.getAttribute("role")`),
          "alert",
        );
        assert.equal(await field(page, KEYS[0]!).getAttribute("aria-invalid"), "true");
        assert.deepEqual(await accessibilityProblems(page), []);
        await page.getByRole("link", { name: `Enter a value for ${KEYS[0]}` }).click();
        assert.equal(await page.evaluate(`document.activeElement.name`), KEYS[0]);
        const wide = await page.evaluate<boolean>(
          `document.documentElement.scrollWidth > document.documentElement.clientWidth`,
        );
        assert.equal(wide, false, "it scrolls sideways");
        assert.equal((await visit(page, url.slice(0, -1))).status(), 404);
        await page.getByRole("heading", { name: "No such page" }).waitFor();
        assert.deepEqual(await accessibilityProblems(page), []);
        assert.deepEqual(seen.complaints, []);
      }, { colorScheme, viewport: { width: 320, height: 640 } });
    },
  );
}

browserTest(
  "when its time is up the page says so by itself, forgets what was typed, and stays shut",
  async () => {
    await using world = await ProgramWorld.make(KEYS);
    const { url } = await world.ask(KEYS[0]!, "--timeout", "8s");
    await withPage(async ({ page, seen }) => {
      await visit(page, url);
      await field(page, KEYS[0]!).fill("typed-too-late");
      await page.getByRole("heading", { name: "Expired" }).waitFor();
      await page.getByText(`edgespark secret set ${KEYS[0]}`).waitFor();
      assert.equal(await page.locator("form").isVisible(), false);
      assert.equal(await page.evaluate(`document.querySelector("textarea").value`), "");
      assert.deepEqual(await accessibilityProblems(page), []);
      await page.evaluate(
        `document.querySelector("textarea").value = "typed-too-late"; document.forms[0].submit()`,
      );
      await page.waitForFunction(`!document.forms.length`);
      assert.match(await page.locator("main").innerText(), /Expired/);
      assert.deepEqual(seen.complaints, []);
    });
    assert.deepEqual(await world.values(), {});
  },
);

browserTest("without scripts: a form, an error, a page that is saved", async () => {
  await using world = await ProgramWorld.make(KEYS);
  const { url } = await world.ask(KEYS[0]!);
  await withPage(async ({ page, seen }) => {
    await visit(page, url);
    assert.match(await page.locator("main").innerText(), /Closes at\s+\d\d:\d\d UTC/);
    await field(page, KEYS[0]!).fill("\n");
    await page.getByRole("button").click();
    await page.getByRole("heading", { name: "Nothing was stored" }).waitFor();
    await field(page, KEYS[0]!).fill("a\nb");
    await page.getByLabel(`Show ${KEYS[0]}`).check();
    assert.equal(await page.locator(".field:has(.reveal:checked)").count(), 1);
    await page.getByRole("button").click();
    await page.getByRole("heading", { name: "Saved" }).waitFor();
    assert.deepEqual(seen.complaints, []);
  }, { javaScriptEnabled: false });
  assert.deepEqual(await world.values(), { STRIPE_SECRET_KEY: "a\nb" });
});
