import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from '../../client/index.ts'
import { words } from '../words.ts'
import { App } from './app.tsx'
import { browserStorage, IdentityStore } from './identity.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no element with the id "app".')
document.documentElement.lang = words.language
const harbor = connect('/')
harbor.on('problem', problem => console.warn(problem))
createRoot(root).render(
  <StrictMode>
    <App identity={new IdentityStore(browserStorage())} harbor={harbor} />
  </StrictMode>,
)
