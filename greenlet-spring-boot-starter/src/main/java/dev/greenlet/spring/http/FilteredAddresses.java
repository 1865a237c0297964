package dev.greenlet.spring.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.boot.http.client.InetAddressFilter;

/** Resolves names to those addresses only that Boot's settings let through. */
record FilteredAddresses(InetAddressFilter filter) implements DnsResolver {
  private static final DnsResolver SYSTEM = SystemDefaultDnsResolver.INSTANCE;

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] passed =
        Arrays.stream(SYSTEM.resolve(host)).filter(filter::matches).toArray(InetAddress[]::new);
    if (passed.length == 0) {
      throw new UnknownHostException(
          host + ": the filter of the client's settings lets none of its addresses through");
    }
    return passed;
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return SYSTEM.resolveCanonicalHostname(host);
  }
}
