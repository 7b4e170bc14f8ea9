import assert from "node:assert/strict";
import { type Reach, reachOf } from "../../../../../lib/platform/local/app/addresses.ts";
import {
  judgeHost,
  type NetPolicy,
  PUBLIC_ONLY,
} from "../../../../../lib/platform/local/app/net_policy.ts";

const REACH: Record<Reach, string[]> = {
  loopback: [
    ...["127.0.0.1", "127.0.0.2", "127.255.255.255", "0.0.0.0", "0.1.2.3"],
    ...["::1", "[::1]", "0:0:0:0:0:0:0:1", "::", "[::]", "0:0:0:0:0:0:0:0", "::1%lo", "[::1%25lo]"],
    // IPv4 inside: mapped, compatible, translated (NAT64), 6to4.
    ...["::ffff:127.0.0.1", "[::ffff:127.0.0.1]", "::ffff:7f00:1", "::FFFF:7F00:0001"],
    ...["0:0:0:0:0:ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:0:1", "::127.0.0.1", "::7f00:1"],
    ...["::2", "::0.0.0.2", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:FF9B::7F00:1"],
    ...["2002:7f00:1::", "2002:7f00:1::5"],
  ],
  private: [
    ...["10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
    ...["169.254.0.1", "169.254.169.254", "100.64.0.0", "100.127.255.255"],
    ...["192.0.0.1", "192.0.0.170", "198.18.0.1", "198.19.255.255"],
    ...["192.0.2.2", "198.51.100.1", "203.0.113.255", "192.88.99.1", "::ffff:192.0.2.1"],
    ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
    ...["fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "feff::1", "fc00::1", "fd00::1"],
    ...["fdff:ffff::1", "FD00::1", "ff02::1", "ff00::", "ffff::1", "[fe80::1]"],
    ...["::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::10.0.0.1", "64:ff9b::10.0.0.1"],
    ...["64:ff9b::a9fe:a9fe", "2002:a00:1::1", "2002:c0a8:1::", "2002:a9fe:a9fe::1"],
    // NAT64 of a network's own, Teredo, IPv4-translated, discarded, unassigned.
    ...["64:ff9b:1::127.0.0.1", "64:ff9b:1::808:808", "64:ff9b:0:1::808:808"],
    ...["2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:1ff::1", "2001:db8::1"],
    ...["::ffff:0:127.0.0.1", "::ffff:0:808:808", "100::1", "5f00::1", "4000::1", "1fff::1"],
    "3fff::1",
  ],
  public: [
    ...["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"],
    ...["126.255.255.255", "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.0"],
    ...["192.0.3.1", "198.51.101.1", "203.0.112.1", "192.88.98.1"],
    ...["192.167.1.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255"],
    ...["2606:4700:4700::1111", "[2606:4700:4700::1111]", "2001:4860:4860::8888", "2a00::1"],
    ...["2001:200::1", "3ffe::1", "::ffff:8.8.8.8", "::ffff:808:808", "64:ff9b::8.8.8.8"],
    "2002:808:808::1",
  ],
};

/** These are no addresses in their usual form: the system is asked what it makes of them. */
const NAMES = [
  ...["localhost", "localhost.", "LOCALHOST", "x.localhost", "example.com", "", ".", ":", "%"],
  ...["0x7f.1", "0x7f000001", "2130706433", "127.1", "127.0.1", "0177.0.0.1", "017700000001"],
  ...["012.0.0.1", "127.0.0.01", "127.0.0.1.", "127.0.0.256", "1.2.3.4.5", "127..1", " 127.0.0.1"],
  ...["127.0.0.1 ", "\uff11\uff12\uff17.0.0.1", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::1", "::g"],
  ...["1:2:3:4:5:6:7", "::1.2.3", "::ffff:127.0.0.1.", "[127.0.0.1", "127.0.0.1/8", "127.0.0.1:80"],
];

Deno.test("every address leads where its registry says", () => {
  for (const [reach, addresses] of Object.entries(REACH)) {
    for (const address of addresses) assert.equal(reachOf(address), reach, address);
  }
  for (const name of NAMES.filter((name) => name !== "[127.0.0.1")) {
    assert.equal(reachOf(name), null, name);
  }
});

const OWN = { host: "10.0.0.7", port: 7775 };
const judge = (host: string, policy: NetPolicy = PUBLIC_ONLY, port = 80) =>
  judgeHost(policy, host, port, OWN);

Deno.test("in production the internet is allowed, what is near is refused, names are looked up", () => {
  for (const host of REACH.public) assert.equal(judge(host), "allow", host);
  for (const host of [...REACH.loopback, ...REACH.private]) {
    assert.equal(judge(host), "refuse", host);
  }
  for (const host of NAMES) assert.notEqual(judge(host), "allow", host);
  for (const host of ["localhost", "localhost.", "x.localhost", "a.b.localhost."]) {
    assert.equal(judge(host), "refuse", host);
  }
  for (const host of ["notlocalhost", "localhost.example.com", "localhos"]) {
    assert.equal(judge(host), "resolve", host);
  }
});

Deno.test("`dev` opens loopback and nothing else; the own address is open at its own port", () => {
  const dev: NetPolicy = { loopback: true, named: [] };
  for (const host of [...REACH.loopback, "localhost"]) {
    assert.equal(judge(host, dev), "allow", host);
  }
  for (const host of REACH.private) assert.equal(judge(host, dev), "refuse", host);
  for (const host of ["127.0.0.1", "localhost", "10.0.0.7"]) {
    assert.equal(judge(host, PUBLIC_ONLY, 7775), "allow", host);
    assert.equal(judge(host, PUBLIC_ONLY, 7776), "refuse", host);
  }
  for (const host of ["10.0.0.8", "fe80::1"]) {
    assert.equal(judge(host, PUBLIC_ONLY, 7775), "refuse");
  }
});

Deno.test("what is named is open at its port, and by that spelling alone", () => {
  const policy: NetPolicy = {
    loopback: false,
    named: [{ host: "10.1.2.3", port: 5432 }, { host: "[fd00::1]", port: null }, {
      host: "db.local",
      port: null,
    }],
  };
  assert.equal(judge("10.1.2.3", policy, 5432), "allow");
  assert.equal(judge("10.1.2.3", policy, 5433), "refuse");
  assert.equal(judge("10.1.2.4", policy, 5432), "refuse");
  assert.equal(judge("[fd00::1]", policy, 1), "allow");
  assert.equal(judge("[fd00::2]", policy, 1), "refuse");
  assert.equal(judge("db.local", policy, 1), "allow");
  assert.equal(judge("db.local.", policy, 1), "resolve");
});
