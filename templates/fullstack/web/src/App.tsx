import { Account } from "@/components/Account";
import { ServerStatus } from "@/components/ServerStatus";
import { SignIn } from "@/components/SignIn";
import { useAuth } from "@/hooks/useAuth";

export function App() {
  const { loading, user, signOut } = useAuth();

  return (
    <div className="page">
      <header>
        <h1>{{PROJECT_NAME}}</h1>
        <ServerStatus />
      </header>
      <main className="card" aria-busy={loading}>
        {loading
          ? <p className="quiet">One moment...</p>
          : user
          ? <Account user={user} onSignOut={signOut} />
          : <SignIn />}
      </main>
      <footer>
        <ol>
          <li>
            Routes: <code>server/src/index.ts</code>
          </li>
          <li>
            Tables: <code>server/src/defs/db_schema.ts</code>
          </li>
          <li>
            This page: <code>web/src/App.tsx</code>
          </li>
        </ol>
      </footer>
    </div>
  );
}
