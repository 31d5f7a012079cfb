import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from '../../client/index.ts'
import { words } from '../words/words.ts'
import { App } from './app.tsx'
import { browserStorage, IdentityStore } from './identity.ts'
import { bringsToken, takeToken } from './token.ts'

const tab = { location, history, storage: browserStorage(() => window.sessionStorage) }
const token = takeToken(tab)
// A link that was followed to where the page is already: it starts anew as who the link says.
window.addEventListener('hashchange', () => {
  if (!bringsToken(location)) return
  takeToken(tab)
  location.reload()
})

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no element with the id "app".')
document.documentElement.lang = words.language
const harbor = connect('/', token === null ? {} : { token: () => token })
harbor.on('problem', problem => console.warn(problem))
createRoot(root).render(
  <StrictMode>
    <App identity={new IdentityStore(browserStorage())} harbor={harbor} />
  </StrictMode>,
)
