package dev.greenlet.spring.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.boot.http.client.InetAddressFilter;

/** Resolves host names to the addresses that the filter of Boot's settings accepts. */
record FilteredAddresses(InetAddressFilter filter) implements DnsResolver {
  private static final DnsResolver SYSTEM = SystemDefaultDnsResolver.INSTANCE;

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] passed =
        Arrays.stream(SYSTEM.resolve(host)).filter(filter::matches).toArray(InetAddress[]::new);
    if (passed.length == 0) {
      throw new UnknownHostException(
          host + ": the address filter of the client accepts none of its addresses");
    }
    return passed;
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return SYSTEM.resolveCanonicalHostname(host);
  }
}
