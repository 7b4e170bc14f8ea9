import { useEffect, useState } from "react";
import { client } from "@/lib/edgespark";

type Status = { state: "asking" | "well" | "broken"; text: string };

/** What the server says to everybody: the first sign that both halves of the app work together. */
export function ServerStatus() {
  const [status, setStatus] = useState<Status>({ state: "asking", text: "Asking the server..." });

  useEffect(() => {
    const leaving = new AbortController();
    client.api.fetch("/api/public/hello", { signal: leaving.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`The server answered ${response.status}`);
        const { message } = await response.json() as { message: string };
        setStatus({ state: "well", text: message });
      })
      .catch((error: Error) => {
        if (!leaving.signal.aborted) setStatus({ state: "broken", text: error.message });
      });
    return () => leaving.abort();
  }, []);

  return (
    <p className="status" role="status" data-state={status.state}>
      {status.text}
    </p>
  );
}
