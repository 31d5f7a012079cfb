/** Light, dark, or what the system has: `color-scheme` of the page, which the tokens of colour follow. */

const key = 'y-harbor.theme'

export type Theme = 'system' | 'light' | 'dark'

export function themeNow(): Theme {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

/** Of the page and of later visits. */
export function chooseTheme(
  theme: Theme,
  storage: Pick<Storage, 'setItem' | 'removeItem'> = window.localStorage,
): void {
  show(theme)
  try {
    if (theme === 'system') storage.removeItem(key)
    else storage.setItem(key, theme)
  } catch {
    // It counts until the page is closed, then.
  }
}

/** What was chosen on an earlier visit. */
export function rememberTheme(storage: Pick<Storage, 'getItem'> = window.localStorage): void {
  try {
    const chosen = storage.getItem(key)
    show(chosen === 'light' || chosen === 'dark' ? chosen : 'system')
  } catch {
    show('system')
  }
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
