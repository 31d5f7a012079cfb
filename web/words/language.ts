/** Which language the page speaks: the one chosen here, else the first of the browser's that there is, else English. */

export const languages = { en: 'English', zh: '简体中文' } as const

export type Language = keyof typeof languages

const languageKey = 'y-harbor.language'

export function chooseLanguage(chosen: string | null, preferred: readonly string[]): Language {
  for (const tag of [chosen, ...preferred]) {
    const primary = tag?.toLowerCase().split('-')[0]
    if (primary === 'en' || primary === 'zh') return primary
  }
  return 'en'
}

/** The locale for dates, numbers and order: the browser's own variety of the language where it has one. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  const variety = preferred.find(tag => tag.toLowerCase().split('-')[0] === language)
  return variety ?? (language === 'zh' ? 'zh-CN' : 'en')
}

/** Of this page, until it is loaded again. */
export const language = chooseLanguage(rememberedLanguage(), preferences())
export const locale = localeOf(language, preferences())

/** Speaks another language from now on: the page is loaded again. */
export function speak(chosen: Language): void {
  try {
    window.localStorage.setItem(languageKey, chosen)
  } catch {
    // A browser that remembers nothing goes by its own preference.
  }
  window.location.reload()
}

/** Of an area's words, those of this page's language. */
export function inLanguage<T>(words: Record<Language, T>): T {
  return words[language]
}

function rememberedLanguage(): string | null {
  try {
    return typeof window === 'undefined' ? null : window.localStorage.getItem(languageKey)
  } catch {
    return null
  }
}

function preferences(): readonly string[] {
  return typeof window === 'undefined' ? [] : window.navigator.languages
}
