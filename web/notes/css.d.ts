/** Styles that are loaded with the code that imports them. */
declare module '*.css'
