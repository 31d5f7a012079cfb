/** What goes with a request to the server, so that it knows who asks. */

import { browserStorage } from './identity.ts'
import { subjectOf, tokenOf } from './token.ts'

/** The token of this tab; null when it has none. */
export function serverToken(): string | null {
  return tokenOf(browserStorage(() => window.sessionStorage))
}

/** The id of whom the token is for: what is kept in this browser is theirs. Null where everybody is anybody. */
export function keeperOfFiles(): string | null {
  const token = serverToken()
  return token === null ? null : (subjectOf(token)?.id ?? null)
}

export function authorized(): { readonly headers: Record<string, string> } {
  const token = serverToken()
  return { headers: token === null ? {} : { Authorization: `Bearer ${token}` } }
}
