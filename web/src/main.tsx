import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from '../../client/index.ts'
import { words } from '../words/words.ts'
import { App } from './app.tsx'
import { browserStorage, IdentityStore, storageOf } from './identity.ts'
import { watchStorage } from './kept-storage.ts'
import { keepPage } from './offline-page.ts'
import { rememberTheme } from './theme.ts'
import { bringsToken, subjectOf, takeToken } from './token.ts'
import { openFiles, removeFiles } from './use-attachments.ts'

const tab = { location, history, storage: browserStorage(() => window.sessionStorage) }
const token = takeToken(tab)
// A link that was followed to where the page is already: it starts anew as who the link says.
window.addEventListener('hashchange', () => {
  if (!bringsToken(location)) return
  takeToken(tab)
  location.reload()
})

rememberTheme()
const root = document.getElementById('app')
if (root === null) throw new Error('The page has no element with the id "app".')
document.documentElement.lang = words.language
const subject = token === null ? null : subjectOf(token)
const identity = new IdentityStore(storageOf(browserStorage(), subject), subject, browserStorage())
const harbor = connect('/', {
  ...(token === null ? {} : { token: () => token }),
  // People who share a browser share nothing that is kept in it.
  ...(subject === null ? {} : { storage: { name: `y-harbor ${location.origin}/ ${subject.id}` } }),
})
harbor.on('problem', problem => console.warn(problem))
const device = {
  page: keepPage(),
  storage: watchStorage(harbor),
  tab: tab.storage,
  uploads: openFiles(),
  removals: removeFiles(identity.storage),
}
createRoot(root).render(
  <StrictMode>
    <App identity={identity} harbor={harbor} device={device} />
  </StrictMode>,
)
