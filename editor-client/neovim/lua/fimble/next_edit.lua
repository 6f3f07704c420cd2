-- The edit that follows from the last one: shown, gone to, taken, one after the other.
--
-- At most one chain is shown. The server says what follows; extmarks keep the places of what is
-- left while its steps are taken.

local M = {}

local METHOD, ENDED = 'fimble/nextEdit', 'fimble.endNextEdit'
local PAUSE_MS = 60

local namespace = vim.api.nvim_create_namespace 'fimble.next_edit'
local hints = vim.api.nvim_create_namespace 'fimble.next_edit_hint'
local timer = vim.uv.new_timer()
local host = nil -- { client_of, call, run }: of the plugin
local key = nil -- what the hint names
local chain = nil -- { id, reason, encoding, tick, steps = { { uri, edit, bufnr, mark?, shown? } } }
local arrived = false -- whether the cursor stands where it was brought
local walking = false -- whether the user goes through the chain: ghost text would take the key
local question = 0

local function is_here(step)
  return step.bufnr == vim.api.nvim_get_current_buf()
end

-- Start and end of a step by now: rows and bytes, from 0.
local function place(step)
  if step.mark then
    local found = vim.api.nvim_buf_get_extmark_by_id(step.bufnr, namespace, step.mark, { details = true })
    return found[1], found[2], found[3] and found[3].end_row, found[3] and found[3].end_col
  end
  local first, last = step.edit.range.start, step.edit.range['end']
  local byte = vim.lsp.util._get_line_byte_from_position
  return first.line, byte(step.bufnr, first, chain.encoding), last.line, byte(step.bufnr, last, chain.encoding)
end

-- Whether the text is still the one that the step was made for.
local function holds(step)
  local first, from, last, to = place(step)
  local ok, lines = pcall(vim.api.nvim_buf_get_text, step.bufnr, first, from, last, to, {})
  return ok and table.concat(lines, '\n') == step.edit.oldText:gsub('\r\n', '\n')
end

-- Whether the cursor stands on the step's lines.
local function is_on(step)
  if not is_here(step) then return false end
  local first, _, last = place(step)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  return first <= row and row <= last
end

local function is_seen(step)
  if not is_here(step) then return false end
  local first, _, last = place(step)
  return first >= vim.fn.line 'w0' - 1 and last <= vim.fn.line 'w$' - 1
end

-- Whether Tab is there to indent: white space that a line begins with, while typing.
local function indents()
  local column = vim.api.nvim_win_get_cursor(0)[2]
  local before = vim.api.nvim_get_current_line():sub(1, column)
  return vim.fn.mode():match '^i' ~= nil and before:match '^%s*$' ~= nil
end

local function name_of(step)
  return vim.fn.fnamemodify(vim.uri_to_fname(step.uri), ':t')
end

-- Draws a step: the old text struck out, the new one behind it, its further lines below.
local function draw(step)
  local first, from, last, to = place(step)
  local lines = vim.split(step.edit.text:gsub('\r\n', '\n'), '\n', { plain = true })
  local below = {}
  for index = 2, #lines do
    below[#below + 1] = { { lines[index], 'FimbleAdded' } }
  end
  step.mark = vim.api.nvim_buf_set_extmark(step.bufnr, namespace, first, from, {
    end_row = last,
    end_col = to,
    hl_group = 'FimbleRemoved',
  })
  step.shown = vim.api.nvim_buf_set_extmark(step.bufnr, namespace, last, to, {
    virt_text = { { lines[1], 'FimbleAdded' } },
    virt_text_pos = 'inline',
    virt_lines = #below > 0 and below or nil,
  })
end

local function undraw(step)
  for _, mark in ipairs { step.mark, step.shown } do
    pcall(vim.api.nvim_buf_del_extmark, step.bufnr, namespace, mark)
  end
end

-- What the key does, behind the cursor's line.
local function hint()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    vim.api.nvim_buf_clear_namespace(bufnr, hints, 0, -1)
  end
  local step = chain and chain.steps[1]
  if not step then return end
  local said = 'take the edit'
  if not is_on(step) then
    said = ('go to the edit in %sline %d'):format(is_here(step) and '' or name_of(step) .. ', ', place(step) + 1)
  end
  local named = (arrived or not indents()) and key or ':Fimble nextEdit'
  vim.api.nvim_buf_set_extmark(0, hints, vim.api.nvim_win_get_cursor(0)[1] - 1, 0, {
    virt_text = { { ('  %s: %s'):format(named, said), 'Comment' } },
    virt_text_pos = 'eol',
  })
end

-- Nothing is shown any more.
function M.clear()
  question = question + 1
  for _, step in ipairs(chain and chain.steps or {}) do
    undraw(step)
  end
  chain, arrived, walking = nil, false, false
  hint()
end

local function stale()
  M.clear()
  vim.notify 'Fimble: the text is another one by now, so nothing was edited.'
end

local function show(found, encoding)
  local same = chain ~= nil and chain.id == found.id
  local kept, walked = same and arrived, same and walking
  M.clear()
  chain = { id = found.id, reason = found.reason, encoding = encoding, tick = vim.b.changedtick, steps = {} }
  for _, edit in ipairs(found.edits) do
    local step = { uri = edit.textDocument.uri, edit = edit }
    local bufnr = vim.uri_to_bufnr(step.uri)
    step.bufnr = bufnr
    chain.steps[#chain.steps + 1] = step
    if vim.api.nvim_buf_is_loaded(bufnr) then
      if not holds(step) then return M.clear() end
      draw(step)
    end
  end
  arrived, walking = kept, walked
  hint()
end

local function ask()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = host.client_of(bufnr)
  if not client then return end
  question = question + 1
  local asked, tick = question, vim.b[bufnr].changedtick
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.textDocument.version = vim.lsp.util.buf_versions[bufnr]
  host.call(client, 'request', METHOD, params, function(_, result)
    local here = vim.api.nvim_get_current_buf() == bufnr and vim.b[bufnr].changedtick == tick
    if asked ~= question or not here then return end
    if type(result) == 'table' then show(result, client.offset_encoding) else M.clear() end
  end, bufnr)
end

local function ask_soon(pause)
  question = question + 1
  timer:start(pause, 0, vim.schedule_wrap(ask))
end

-- Another undo step begins.
local function undo_break()
  vim.bo.undolevels = vim.bo.undolevels
end

local function without_first()
  undraw(table.remove(chain.steps, 1))
  arrived = false
  if #chain.steps == 0 then M.clear() end
end

local function take(step)
  if not holds(step) then return stale() end
  local first, from, last, to = place(step)
  local lines = vim.split(step.edit.text:gsub('\r\n', '\n'), '\n', { plain = true })
  undo_break()
  vim.api.nvim_buf_set_text(0, first, from, last, to, lines)
  undo_break()
  vim.api.nvim_win_set_cursor(0, { first + #lines, (#lines == 1 and from or 0) + #lines[#lines] })
  chain.tick = vim.b.changedtick
  walking = true
  without_first()
  hint()
  ask_soon(0)
end

local function go_to(step)
  vim.fn.bufload(step.bufnr)
  if not holds(step) then return stale() end
  vim.cmd "normal! m'"
  if not is_here(step) then
    vim.bo[step.bufnr].buflisted = true
    vim.api.nvim_win_set_buf(0, step.bufnr)
  end
  local first, from = place(step)
  vim.api.nvim_win_set_cursor(0, { first + 1, from })
  if chain and not step.mark then draw(step) end
  arrived, walking = true, true
  hint()
end

-- Goes to the step, or takes it where the cursor stands on its lines.
function M.next()
  local step = chain and chain.steps[1]
  if not step then return vim.notify 'Fimble: no edit follows from the last one.' end
  if is_on(step) then take(step) else go_to(step) end
end

-- Takes the step, if it is on the screen.
function M.take()
  local step = chain and chain.steps[1]
  if step and is_seen(step) then take(step) else M.next() end
end

-- Passes the step over.
function M.skip()
  if not chain then return M.next() end
  without_first()
  hint()
end

-- Takes every step, after a question that names those which are not on the screen.
function M.take_all()
  if not chain then return M.next() end
  local places, unseen = {}, false
  for _, step in ipairs(chain.steps) do
    vim.fn.bufload(step.bufnr)
    if not holds(step) then return stale() end
    unseen = unseen or not is_seen(step)
    places[#places + 1] = ('%s:%d  %s -> %s'):format(name_of(step), place(step) + 1, step.edit.oldText, step.edit.text)
  end
  if unseen and vim.fn.confirm(chain.reason .. '\n' .. table.concat(places, '\n'), '&Take all\n&No') ~= 1 then return end
  local changes = {}
  for _, step in ipairs(chain.steps) do
    changes[step.uri] = changes[step.uri] or {}
    table.insert(changes[step.uri], { range = M.range(step), newText = step.edit.text })
  end
  local encoding = chain.encoding
  M.clear()
  undo_break()
  vim.lsp.util.apply_workspace_edit({ changes = changes }, encoding)
end

-- A step's range as LSP has it.
function M.range(step)
  local first, from, last, to = place(step)
  return vim.lsp.util.make_given_range_params({ first + 1, from }, { last + 1, math.max(0, to - 1) }, step.bufnr, chain.encoding).range
end

-- Ends the chain: for now, or until the server ends; false if there is none.
function M.dismiss(for_good)
  if not chain then return false end
  local id, bufnr = chain.id, vim.api.nvim_get_current_buf()
  M.clear()
  local client = host.client_of(bufnr)
  if client then host.run(client, bufnr, ENDED, { { id = id, forGood = for_good or false } }) end
  return true
end

function M.is_shown()
  return chain ~= nil
end

function M.is_walked()
  return chain ~= nil and walking
end

-- Whether the key is about the step, not about white space.
function M.wants_key()
  return chain ~= nil and (arrived or not indents())
end

M.commands = {
  nextEdit = M.next,
  takeNextEdit = M.take,
  skipNextEdit = M.skip,
  takeAllNextEdits = M.take_all,
  dismissNextEdit = function() M.dismiss(false) end,
  neverThisNextEdit = function() M.dismiss(true) end,
}

-- By whatever: the events of Neovim leave out what is done while keys wait.
local function on_change(bufnr)
  if bufnr ~= vim.api.nvim_get_current_buf() or (chain and chain.tick == vim.b.changedtick) then return end
  if chain then M.clear() end
  ask_soon(PAUSE_MS)
end

local function on_move()
  local step = chain and chain.steps[1]
  if not step then return end
  arrived = arrived and is_on(step)
  hint()
end

-- Follows a buffer from now on.
function M.attach(bufnr, plugin)
  host, key = plugin, plugin.key or ':Fimble nextEdit'
  vim.api.nvim_set_hl(0, 'FimbleRemoved', { link = 'DiffDelete', default = true })
  vim.api.nvim_set_hl(0, 'FimbleAdded', { link = 'DiffAdd', default = true })
  local group = vim.api.nvim_create_augroup('fimble.next_edit.' .. bufnr, {})
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = bufnr, callback = callback })
  end
  vim.api.nvim_buf_attach(bufnr, false, {
    on_lines = function(_, changed)
      if host.client_of(changed) == nil then return true end
      vim.schedule(function() on_change(changed) end)
    end,
  })
  on({ 'CursorMoved', 'CursorMovedI', 'InsertEnter', 'InsertLeave' }, vim.schedule_wrap(on_move))
  on('BufEnter', function() ask_soon(0) end)
end

return M
