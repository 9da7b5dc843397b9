-- From what stands on the page to what it is called in Word: classes become styles.

local styles = {
  kicker = "Kicker",
  standfirst = "Standfirst",
  fictional = "Notice",
  note = "Note",
  reference = "Note",
  ["lead-in"] = "Lead-in",
  callout = "Callout",
  ["callout-title"] = "Callout Title",
  badge = "Badge",
  action = "Callout",
  ["action-question"] = "Callout Title",
  contents = "Contents",
  label = "Contents Title",
}

local function styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

local function has(element, class)
  return element.classes:includes(class)
end

-- Not a layout table, which pandoc makes of figures, but a caption above and the parts below it.
local function figure(element)
  local caption = element.caption.long
  if has(element, "quote") then
    local words = pandoc.Blocks({})
    element:walk({ BlockQuote = function(quote) words:extend(quote.content) end })
    return { styled("Block Text", words), styled("Quote Source", caption) }
  end
  local parts = pandoc.Blocks({})
  if #caption > 0 then
    local anchor = pandoc.Div(caption, pandoc.Attr(element.identifier, {}, {}))
    anchor.attributes["custom-style"] = "Caption"
    parts:insert(anchor)
  end
  parts:extend(element.content)
  return parts
end

-- Every row of a table, wherever it stands.
local function rows(element)
  local found = pandoc.List()
  found:extend(element.head.rows)
  for _, body in ipairs(element.bodies) do
    found:extend(body.body)
  end
  return found
end

-- As wide as the text, each column by its longest cell, none so narrow that short words break.
local function set_widths(element)
  local longest, sum = {}, 0
  for _, row in ipairs(rows(element)) do
    for place, cell in ipairs(row.cells) do
      local length = utf8.len(pandoc.utils.stringify(cell.contents)) or 0
      longest[place] = math.max(longest[place] or 12, math.min(length + 3, 34))
    end
  end
  for _, length in ipairs(longest) do
    sum = sum + length
  end
  element.colspecs = element.colspecs:map(function(spec, place)
    return { spec[1], (longest[place] or 1) / sum }
  end)
end

local function embolden(cell)
  cell.contents = cell.contents:walk({
    Plain = function(text)
      return pandoc.Plain(pandoc.Strong(text.content))
    end,
  })
end

local function table_(element)
  for _, row in ipairs(rows(element)) do
    for _, cell in ipairs(row.cells) do
      if cell.attr.classes:includes("number") then
        cell.alignment = pandoc.AlignRight
      end
    end
  end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      embolden(row.cells[1])
    end
  end
  set_widths(element)
  return element
end

-- The page's title is the document's title, so its sections are of the first level.
local function header(element)
  if element.level == 1 then
    return {}
  end
  element.level = element.level - 1
  return element
end

-- A list of entries with headings, as boards are, is no list of bullets in Word.
local function bullets(element)
  local parts, has_heading = pandoc.Blocks({}), false
  for _, item in ipairs(element.content) do
    parts:extend(item)
    for _, block in ipairs(item) do
      has_heading = has_heading or block.t == "Header"
    end
  end
  return has_heading and parts or nil
end

local function link(element)
  if has(element, "skip") then
    return {}
  end
end

-- Of the page's foot only how to get in touch: Word has the rest in its own head and foot.
local function contact(colophon)
  local found = pandoc.Blocks({})
  colophon:walk({
    Div = function(part)
      if has(part, "contact") then
        found:insert(styled("Note", part.content))
      end
    end,
  })
  return found
end

local function div(element)
  for _, class in ipairs(element.classes) do
    if class == "colophon" then
      return contact(element), false
    end
    if styles[class] then
      element.attributes["custom-style"] = styles[class]
    end
  end
  return element
end

return {
  { BulletList = bullets, Figure = figure, Header = header, Link = link, Table = table_ },
  { traverse = "topdown", Div = div },
}
