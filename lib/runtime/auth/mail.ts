/** A message that the auth service wants to send. */
export interface Mail {
  kind: "verify-email" | "reset-password" | "reset-code";
  to: string;
  /** The link to open, or the code to type. */
  content: string;
}

/** Sends the auth service's messages. */
export type SendMail = (mail: Mail) => void;

const TEXTS: Record<Mail["kind"], string> = {
  "verify-email": "link that verifies the address",
  "reset-password": "link that resets the password",
  "reset-code": "one-time code that resets the password",
};

/**
 * There is no mail server behind the local platform: messages go to the app's log, where whoever
 * operates it finds them. The prefix is stable, so that they can be searched for.
 */
export function mailToLog(log: (message: string) => void): SendMail {
  return ({ kind, to, content }) => log(`[auth mail] to ${to}: ${TEXTS[kind]}: ${content}`);
}
