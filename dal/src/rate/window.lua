-- Judges one request by all the rates that apply to it and counts it for all of them or for none.
--
-- KEYS: a counter a rate. ARGV, for each: the limit, the microseconds of a bucket, how many buckets are a period, the
-- milliseconds after which an idle counter is dropped. Answers { the rate that refuses, counted from 1, or 0; the
-- microseconds until a place of it can be free; the time in Unix microseconds }.
--
-- A counter is a list of pairs, oldest first: a bucket, and how many requests were ever counted up to its end. The first
-- pair has lapsed and is only there to be subtracted from the last, so a check touches the two ends and what has lapsed
-- since, however much the window holds. A request counts in the bucket it comes in and in all the buckets of a period
-- after that: every window of the length of a period lies within those.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local by, wait, counters = 0, 0, {}

for i, key in ipairs(KEYS) do
    local limit, width, buckets = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1])
    local bucket = math.floor(now / width)
    local last = redis.call('LRANGE', key, -2, -1)
    local newest, count = tonumber(last[1]), tonumber(last[2])
    -- all has lapsed, or the clock was set back so far that nothing would lapse for long
    if newest and (newest < bucket - buckets or newest > bucket + buckets) then
        redis.call('DEL', key)
        newest = nil
    end
    if newest then
        -- a clock that was set back a little stands still until it is where it was
        bucket = math.max(bucket, newest)
        local first = redis.call('LRANGE', key, 0, 2)
        while tonumber(first[3]) < bucket - buckets do
            redis.call('LTRIM', key, 2, -1)
            first = redis.call('LRANGE', key, 0, 2)
        end
        if count - first[2] >= limit then
            local free = (first[3] + buckets + 1) * width - now
            if by == 0 or free > wait then
                by, wait = i, free
            end
        end
    end
    counters[i] = { bucket, newest, count }
end

if by == 0 then
    for i, key in ipairs(KEYS) do
        local bucket, newest, count = unpack(counters[i], 1, 3)
        if newest == bucket then
            redis.call('LSET', key, -1, count + 1)
        elseif newest then
            redis.call('RPUSH', key, bucket, count + 1)
        else
            redis.call('RPUSH', key, 0, 0, bucket, 1)
        end
        redis.call('PEXPIRE', key, ARGV[4 * i])
    end
end
return { by, wait, now }
