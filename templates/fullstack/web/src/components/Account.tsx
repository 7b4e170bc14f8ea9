import type { AuthUser } from "@/lib/edgespark";

/** Who is signed in, and the way out. */
export function Account({ user, onSignOut }: { user: AuthUser; onSignOut: () => Promise<unknown> }) {
  const name = user.name || user.email;

  return (
    <section className="account">
      <span className="avatar" aria-hidden="true">{name.slice(0, 1).toUpperCase()}</span>
      <div>
        <h2>{name}</h2>
        <p className="quiet">{user.email}</p>
      </div>
      <button type="button" onClick={() => void onSignOut()}>Sign out</button>
    </section>
  );
}
