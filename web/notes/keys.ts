const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

/** The keys as they are written on this device's keyboard, of `Mod-Shift-Z`. */
export function keysOf(keys: string): string {
  if (!isApple) return keys.replace('Mod', 'Ctrl').replaceAll('-', '+')
  return keys.replace('Mod', '⌘').replace('Shift', '⇧').replaceAll('-', '')
}
