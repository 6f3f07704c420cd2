/** The server's own messages, commands and settings; a test compares them with its Python. */

export const STATUS = '$/fimble/status';
export const DRAFT = '$/fimble/draft';
export const DID_SHOW = 'textDocument/didShowCompletion';
export const DID_PARTIALLY_ACCEPT = 'textDocument/didPartiallyAcceptCompletion';
export const NEXT_EDIT = 'fimble/nextEdit';
export const END_NEXT_EDIT = 'fimble.endNextEdit';
export const WHY_NO_NEXT_EDIT = 'fimble.whyNoNextEdit';
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

/** Result of `NEXT_EDIT`: what is left of a proposal, what comes first standing first. */
export interface NextEditChain {
  id: string;
  kind: string;
  reason: string;
  edits: NextEdit[];
}

/** One step; `holes` are the parts of its text that only the user knows. */
export interface NextEdit {
  textDocument: { uri: string; version: number | null };
  range: { start: Place; end: Place };
  oldText: string;
  text: string;
  here: boolean;
  holes: [start: number, end: number][];
}

interface Place {
  line: number;
  character: number;
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
  'eagerness',
  'context_tokens',
  'withhold_dangerous',
  'menu_first',
  'pause_in_words',
  'pause_before_text',
  'pause_in_comments',
  'pause_in_strings',
  'pause_in_empty_files',
  'pause_in_long_lines',
  'next_edits',
  'next_edits_off',
  'statistics',
  'checkers',
] as const;
