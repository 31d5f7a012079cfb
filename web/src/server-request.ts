/** What goes with a request to the server, so that it knows who asks. */

import { browserStorage } from './identity.ts'
import { tokenOf } from './token.ts'

/** The token of this tab; null when it has none. */
export function serverToken(): string | null {
  return tokenOf(browserStorage(() => window.sessionStorage))
}

export function authorized(): { readonly headers: Record<string, string> } {
  const token = serverToken()
  return { headers: token === null ? {} : { Authorization: `Bearer ${token}` } }
}
