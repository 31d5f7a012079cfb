import { type FormEvent, useId, useState } from 'react'
import { type Author, maxNameLength } from '../chat/message.ts'
import { Dialog } from '../ui/dialog.tsx'
import { type Language, language, languages, speak } from '../words/language.ts'
import { words } from '../words/words.ts'
import type { IdentityStore } from './identity.ts'
import { notificationSetting, setNotifications } from './notifications.ts'
import { chooseTheme, type Theme, themeNow } from './theme.ts'

interface SettingsDialogProps {
  open: boolean
  person: Author
  identity: IdentityStore
  close(): void
}

/** Who one is here, and how the page is. Each takes effect at once; a name when it is saved. */
export function SettingsDialog({ open, ...props }: SettingsDialogProps) {
  return (
    <Dialog open={open} title={words.settings.title} close={props.close}>
      <Settings {...props} />
    </Dialog>
  )
}

/** They are asked for when the dialog opens: the page waits for the browser to say whether it may notify. */
function Settings({ person, identity, close }: Omit<SettingsDialogProps, 'open'>) {
  const { settings } = words
  const [fault, setFault] = useState(false)
  const [notifications, setSetting] = useState(() => notificationSetting(identity.storage))
  const [theme, setTheme] = useState(() => themeNow())
  const id = useId()
  const rename = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const isTaken = identity.rename(String(new FormData(event.currentTarget).get('name')))
    setFault(!isTaken)
    if (isTaken) close()
  }
  return (
    <>
      <form className="setting" onSubmit={rename} noValidate>
        <label htmlFor={`${id}-name`}>{words.start.name}</label>
        <div className="setting-row">
          <input
            id={`${id}-name`}
            name="name"
            dir="auto"
            defaultValue={person.name}
            maxLength={maxNameLength}
            autoComplete="nickname"
            aria-invalid={fault}
            aria-describedby={fault ? `${id}-fault` : undefined}
          />
          <button type="submit" className="button-plain button-edged">
            {words.me.save}
          </button>
        </div>
        {fault && (
          <p id={`${id}-fault`} className="fault" role="alert">
            {words.start.nameMissing}
          </p>
        )}
      </form>
      <div className="setting">
        <label htmlFor={`${id}-language`}>{settings.language}</label>
        <select id={`${id}-language`} value={language} onChange={event => speak(event.currentTarget.value as Language)}>
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="setting">
        <label htmlFor={`${id}-theme`}>{settings.theme}</label>
        <select
          id={`${id}-theme`}
          value={theme}
          onChange={event => {
            const chosen = event.currentTarget.value as Theme
            chooseTheme(chosen)
            setTheme(chosen)
          }}
        >
          {(['system', 'light', 'dark'] as const).map(name => (
            <option key={name} value={name}>
              {settings.themes[name]}
            </option>
          ))}
        </select>
      </div>
      <div className="setting">
        <label className="setting-check">
          <input
            type="checkbox"
            checked={notifications === 'on'}
            disabled={notifications === 'blocked' || notifications === 'impossible'}
            onChange={event => void setNotifications(identity.storage, event.currentTarget.checked).then(setSetting)}
          />
          {settings.notifications}
        </label>
        <p className="hint">{settings.notificationHint[notifications]}</p>
      </div>
    </>
  )
}
