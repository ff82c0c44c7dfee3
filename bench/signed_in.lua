-- Each request is one of the signed-in residents, drawn at random, in a browser that takes every compression.
local requests = {}

function init(args)
  math.randomseed(20261123)
  for token in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, {
      ["Cookie"] = "sid=" .. token,
      ["Accept"] = "text/html",
      ["Accept-Encoding"] = "gzip, deflate, br, zstd",
      ["Accept-Language"] = "sv-SE,sv;q=0.9,en;q=0.5",
    })
  end
end

function request()
  return requests[math.random(#requests)]
end
