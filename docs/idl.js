// Colours blocks of IDL in the book: highlight.js does not know the language.
const KEYWORDS = `
    annotation array as bool bytes closed const date decimal duration enum events exception extends f16
    f32 f64 false flags frozen i128 i16 i32 i64 i8 idempotent import inf interaction internal list map
    max mixin namespace nan newtype on oneway optional patch readonly required reserved resource service
    set stream string struct throws timestamp true typedef u128 u16 u32 u64 u8 union uuid view void with
`;

hljs.registerLanguage("idl", (hljs) => ({
    keywords: { $pattern: /[a-z0-9]+/, keyword: KEYWORDS.trim().replace(/\s+/g, " ") },
    contains: [
        hljs.C_LINE_COMMENT_MODE,
        hljs.C_BLOCK_COMMENT_MODE,
        hljs.QUOTE_STRING_MODE,
        { className: "number", begin: /\b\d\w*(\.\d+)?\b/ },
        { className: "meta", begin: /@[\w.]+/ },
    ],
}));
document.querySelectorAll("code.language-idl").forEach((block) => hljs.highlightBlock(block));
