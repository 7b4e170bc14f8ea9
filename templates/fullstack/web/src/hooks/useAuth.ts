import { useEffect, useState } from "react";
import { type AuthSession, client } from "@/lib/edgespark";

/** Who is signed in. `loading` until the first look-up is done. */
export function useAuth() {
  const [session, setSession] = useState<AuthSession | null>();

  useEffect(() => client.auth.onSessionChange(setSession), []);

  return {
    loading: session === undefined,
    session: session ?? null,
    user: session?.user ?? null,
    signOut: () => client.auth.signOut(),
  };
}
