-- Asks as the lines of a file say: a path, and the session of the resident who asks, in a browser that takes
-- every compression. Drawn at random for as long as wrk runs; with "once" each in its turn, and wrk is told to
-- end when the last is answered.
local requests, sent = {}, 0

function init(args)
  math.randomseed(20261123)
  for line in io.lines(args[1]) do
    local path, token = line:match("(%S+) (%S+)")
    requests[#requests + 1] = wrk.format("GET", path, {
      ["Cookie"] = "sid=" .. token,
      ["Accept"] = "text/html",
      ["Accept-Encoding"] = "gzip, deflate, br, zstd",
      ["Accept-Language"] = "sv-SE,sv;q=0.9,en;q=0.5",
    })
  end
  if args[2] == "once" then ask_once() end
end

function request()
  return requests[math.random(#requests)]
end

function ask_once()
  local begun, answered = 0, 0

  -- Called before each request; what is beyond the last waits for longer than wrk lives.
  function delay()
    begun = begun + 1
    return begun <= #requests and 0 or 3600000
  end

  -- wrk tries it once before it starts, so the first line comes last.
  function request()
    sent = sent + 1
    return requests[(sent - 1) % #requests + 1]
  end

  function response()
    answered = answered + 1
    if answered == #requests then io.popen("kill -INT $PPID"):close() end
  end
end
