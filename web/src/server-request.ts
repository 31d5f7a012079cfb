/** What goes with a request to the server, so that it knows who asks. */

import { browserStorage } from './identity.ts'
import { tokenOf } from './token.ts'

export function authorized(): { readonly headers: Record<string, string> } {
  const token = tokenOf(browserStorage(() => window.sessionStorage))
  return { headers: token === null ? {} : { Authorization: `Bearer ${token}` } }
}
