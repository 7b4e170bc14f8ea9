import { type SubmitEvent, useEffect, useState } from "react";
import { useAuth } from "@/hooks/useAuth";
import { client } from "@/lib/edgespark";

export function App() {
  const { loading, user, signOut } = useAuth();

  return (
    <main>
      <h1>{{PROJECT_NAME}}</h1>
      <Greeting />
      {loading ? <p>Loading...</p> : user ? (
        <section>
          <p>
            Signed in as <strong>{user.email}</strong>
          </p>
          <button type="button" onClick={() => void signOut()}>Sign out</button>
        </section>
      ) : <SignIn />}
    </main>
  );
}

/** What the server says to everybody. */
function Greeting() {
  const [text, setText] = useState("Asking the server...");

  useEffect(() => {
    const leaving = new AbortController();
    client.api.fetch("/api/public/hello", { signal: leaving.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`The server answered ${response.status}`);
        const { message } = await response.json() as { message: string };
        setText(message);
      })
      .catch((error: Error) => {
        if (!leaving.signal.aborted) setText(error.message);
      });
    return () => leaving.abort();
  }, []);

  return <p>{text}</p>;
}

/** Signs in, or makes an account. */
function SignIn() {
  const [isNew, setIsNew] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (field: string) => String(form.get(field) ?? "");
    const account = { email: value("email"), password: value("password") };
    setBusy(true);
    setProblem(null);
    const { error } = isNew
      ? await client.auth.signUp.email({ ...account, name: value("name") })
      : await client.auth.signIn.email(account);
    setBusy(false);
    if (error) setProblem(error.message ?? "That did not work");
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      {isNew && <input name="name" placeholder="Name" autoComplete="name" required />}
      <input name="email" type="email" placeholder="E-mail" autoComplete="email" required />
      <input
        name="password"
        type="password"
        placeholder="Password"
        autoComplete={isNew ? "new-password" : "current-password"}
        minLength={8}
        required
      />
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={busy}>{isNew ? "Create account" : "Sign in"}</button>
      <button type="button" className="link" onClick={() => setIsNew(!isNew)}>
        {isNew ? "I have an account" : "I am new here"}
      </button>
    </form>
  );
}
