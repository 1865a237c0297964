package dev.greenlet.spring.waits;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Lets the look-up of some names block in a system call until a test ends it; all other names are
 * the JDK's business. The JDK's own look-up is such a call, but nobody can make it wait.
 */
public final class PipedResolverProvider extends InetAddressResolverProvider {
  private static final Map<String, Path> PIPES = new ConcurrentHashMap<>();
  private static final AtomicInteger LAST = new AtomicInteger();

  /** Called by the service loader. */
  public PipedResolverProvider() {}

  /** A name that nobody has asked for, whose look-up reads a pipe. */
  static String hostFor(Path pipe) {
    String host = "host-" + LAST.incrementAndGet() + ".pipe.test";
    PIPES.put(host, pipe);
    return host;
  }

  static void forget(String host) {
    PIPES.remove(host);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver builtin = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        Path pipe = PIPES.get(host);
        if (pipe == null) {
          return builtin.lookupByName(host, policy);
        }
        try {
          JdkWaits.NamedPipe.read(pipe);
        } catch (IOException failure) {
          throw new UnknownHostException(host + ": " + failure);
        }
        return Stream.of(InetAddress.getLoopbackAddress());
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return builtin.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "pipes";
  }
}
