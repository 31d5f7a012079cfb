/** The words of the page in its language. Only that language is loaded. */

import { en, type Words } from './en.ts'
import { language } from './language.ts'

export const words: Words = language === 'zh' ? (await import('./zh.ts')).zh : en
