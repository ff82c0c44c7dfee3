-- Posts the lines of a file, each a letter, in turn, each under a key that no other request has.
-- Arguments: the file, the token, and a word that makes this run's keys its own.
local letters, sent, token, run = {}, 0, "", ""

function init(args)
  for line in io.lines(args[1]) do letters[#letters + 1] = line end
  token, run = args[2], args[3]
end

function request()
  sent = sent + 1
  return wrk.format("POST", "/api/v1/messages", {
    ["Authorization"] = "Bearer " .. token,
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = '"' .. run .. "-" .. sent .. '"',
  }, letters[(sent - 1) % #letters + 1])
end
