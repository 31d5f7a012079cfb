import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { words } from '../words.ts'
import { App } from './app.tsx'
import { browserStorage, IdentityStore } from './identity.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no element with the id "app".')
document.documentElement.lang = words.language
createRoot(root).render(
  <StrictMode>
    <App identity={new IdentityStore(browserStorage())} />
  </StrictMode>,
)
