import { type SubmitEvent, useState } from "react";
import { client } from "@/lib/edgespark";

const FORMS = {
  signIn: { title: "Welcome back", button: "Sign in", tab: "Sign in" },
  signUp: { title: "Make an account", button: "Create account", tab: "New here?" },
} as const;

/** Signs in, or makes an account. The page changes by itself once there is a session. */
export function SignIn() {
  const [form, setForm] = useState<keyof typeof FORMS>("signIn");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isNew = form === "signUp";

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const value = (field: string) => String(entered.get(field) ?? "");
    const account = { email: value("email"), password: value("password") };
    setBusy(true);
    setProblem(null);
    try {
      const { error } = isNew
        ? await client.auth.signUp.email({ ...account, name: value("name") })
        : await client.auth.signIn.email(account);
      if (error) setProblem(error.message ?? "That did not work");
    } catch {
      setProblem("The server cannot be reached");
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <div className="tabs">
        {(["signIn", "signUp"] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={form === name}
            onClick={() => {
              setForm(name);
              setProblem(null);
            }}
          >
            {FORMS[name].tab}
          </button>
        ))}
      </div>
      <form onSubmit={(event) => void submit(event)}>
        <h2>{FORMS[form].title}</h2>
        {isNew && (
          <label>
            Name
            <input name="name" autoComplete="name" required />
          </label>
        )}
        <label>
          E-mail
          <input name="email" type="email" autoComplete="email" required />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autoComplete={isNew ? "new-password" : "current-password"}
            minLength={8}
            required
          />
          {isNew && <small>Eight characters or more</small>}
        </label>
        {problem && <p className="problem" role="alert">{problem}</p>}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "One moment..." : FORMS[form].button}
        </button>
      </form>
    </>
  );
}
