/** The server's own messages, commands and settings; a test compares them with its Python. */

export const STATUS = '$/fimble/status';
export const DRAFT = '$/fimble/draft';
export const DID_SHOW = 'textDocument/didShowCompletion';
export const DID_PARTIALLY_ACCEPT = 'textDocument/didPartiallyAcceptCompletion';
export const WHY_NO_SUGGESTION = 'fimble.whyNoSuggestion';
export const SHOW_STATISTICS = 'fimble.showStatistics';

export type ServerState = 'loading' | 'idle' | 'busy' | 'paused' | 'error';

/** Parameters of `STATUS`. */
export interface Status {
  state: ServerState;
  message: string;
}

/** Parameters of `DRAFT`. */
export interface Draft {
  uri: string;
  languageId: string;
  text: string;
  done: boolean;
}

/** Result of `SHOW_STATISTICS`. */
export interface Statistics {
  path: string;
  summary: string;
}

/** Settings that the server knows too, by its names. */
export const SERVER_SETTINGS = [
  'enabled',
  'disabled_languages',
  'debounce_ms',
  'max_new_tokens',
  'deadline_ms',
  'candidates',
  'confidence',
  'context_tokens',
  'context_sources',
  'withhold_dangerous',
  'menu_first',
  'pause_in_words',
  'pause_before_text',
  'pause_in_comments',
  'pause_in_strings',
  'pause_in_empty_files',
  'pause_in_long_lines',
  'large_model',
  'statistics',
  'checkers',
] as const;
