package dev.greenlet.spring.jdbc;

import dev.greenlet.GreenletTask;
import dev.greenlet.Printable;
import dev.greenlet.Strand;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitLimit;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order in which borrowers get the connections of a pool.
 *
 * <p>The queue is fair (FIFO), and admits as many borrowers as its width. A borrower <em>goes
 * ahead</em> while its tree holds a connection of the pool, or a tree that may wait for it does:
 * for a second connection, in a child, in a task that was started. The holder may wait for it, so
 * it neither waits behind borrowers that wait for the holder, nor does the width apply to it.
 *
 * <p>Thread-safe.
 */
final class PoolQueue {

  /** The request of a borrower for one connection, and then its loan. */
  static final class Request {
    private final Strand strand = Strand.current();
    private final List<Object> trees = strand.trees();

    // guarded by the queue
    private final List<Tree> acquired =
        new ArrayList<>(trees.size()); // empty unless queued or lent
    private boolean ahead;
    private boolean left;
    private @Nullable String failure;

    Strand strand() {
      return strand;
    }

    /** Returns the name of the borrower and what it waits for. */
    String describe() {
      GreenletTask<?> greenlet = strand.greenlet();
      WaitReason reason = greenlet == null ? null : greenlet.waitingOn();
      return reason == null
          ? strand.toString()
          : "%s (in %s %s)".formatted(strand, reason.kind(), Printable.of(reason.detail()));
    }

    /** Returns whether the holder of a connection may wait for the work of this borrower. */
    boolean isAwaitedBy(Request holder) {
      return trees.contains(holder.tree());
    }

    private Object tree() {
      return trees.getFirst();
    }
  }

  /** The result of the wait of a borrower. */
  sealed interface WaitResult {
    /** The wait ended with a connection, or with the timeout. */
    enum Ended implements WaitResult {
      LENT,
      TIMED_OUT
    }

    /** The borrower was chosen to fail, as it would wait forever. */
    record Failed(String message) implements WaitResult {}
  }

  /**
   * A state in which all connections are lent, and borrowers that go ahead wait.
   *
   * @param lent the requests that hold the connections
   * @param waiting the requests that go ahead
   */
  record Shortage(List<Request> lent, List<Request> waiting) {}

  private final WaitGuard guard = new WaitGuard();
  private final Queue queue;

  // guarded; volatile fields are also read without the guard
  private final List<Request> lent = new ArrayList<>();
  private final Map<Object, Tree> trees = new HashMap<>();
  private final Set<WaitNode<Request>> ahead = new LinkedHashSet<>();
  private volatile boolean hasWaiterAhead;
  private volatile int maximum;
  private volatile int width;

  /**
   * Creates a queue in front of a pool, none of whose connections is lent.
   *
   * @param reason the reason that waiting borrowers show
   */
  PoolQueue(WaitReason reason) {
    this.queue = new Queue(guard, reason);
  }

  /** The borrowers in their order of arrival, those that go ahead included. */
  private final class Queue extends WaitQueue<Request> {
    Queue(WaitGuard guard, WaitReason reason) {
      super(guard, reason);
    }

    @Override
    protected void onLeave(WaitNode<Request> node) {
      Request request = node.value();
      if (request != null) {
        request.left = true;
        drop(node, request);
        lendFree();
      }
    }
  }

  /** A tree of greenlets, while it holds or waits for connections. Guarded. */
  private static final class Tree {
    final Object key;
    final Set<WaitNode<Request>> queued = new LinkedHashSet<>(2);
    int lent;
    int users; // requests that refer to it

    Tree(Object key) {
      this.key = key;
    }
  }

  /**
   * Sets the number of connections of the pool, and the number of them for borrowers that do not go
   * ahead.
   */
  void resize(int maximum, int width) {
    if (this.maximum == maximum && this.width == width) {
      return;
    }
    guard.lock();
    try {
      this.maximum = maximum;
      this.width = width;
      lendFree();
    } finally {
      guard.unlock();
    }
  }

  /**
   * Waits until the caller is admitted. A switch point if it has to wait.
   *
   * @param onWait called before the wait; if it throws, the caller has left the queue
   * @throws InterruptedException if the caller is interrupted; it has left the queue then
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left the queue then
   */
  WaitResult enter(Request request, WaitLimit limit, Runnable onWait) throws InterruptedException {
    WaitNode<Request> node;
    guard.lock();
    try {
      if (enterNow(request)) {
        return WaitResult.Ended.LENT;
      }
      node = queue.join(request);
      if (!request.left) {
        recordQueued(node, request);
      }
    } finally {
      guard.unlock();
    }
    boolean waits = false;
    try {
      onWait.run();
      waits = true;
    } finally {
      if (!waits) {
        queue.leave(node);
        leave(request); // if it was admitted meanwhile
      }
    }
    if (!queue.await(node, limit)) {
      return WaitResult.Ended.TIMED_OUT;
    }
    String failure = request.failure;
    return failure == null ? WaitResult.Ended.LENT : new WaitResult.Failed(failure);
  }

  /** Releases the connection of a request, if it was lent. Any thread; does not block. */
  void leave(Request request) {
    guard.lock();
    try {
      if (lent.remove(request)) {
        request.acquired.getFirst().lent--;
        releaseTrees(request);
        lendFree();
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Makes the wait of a borrower fail.
   *
   * @return {@code false} if it no longer waits
   */
  boolean fail(Request request, String message) {
    guard.lock();
    try {
      for (WaitNode<Request> node : ahead) {
        if (node.value() == request) {
          request.failure = message;
          drop(node, request);
          return queue.grant(node);
        }
      }
      return false;
    } finally {
      guard.unlock();
    }
  }

  /** Returns the number of waiting borrowers. */
  int size() {
    return guard.call(queue::size);
  }

  /** Returns whether a borrower that goes ahead waits. Lock-free. */
  boolean hasWaiterAhead() {
    return hasWaiterAhead;
  }

  /** Returns the present shortage, if there is one. */
  @Nullable Shortage shortage() {
    guard.lock();
    try {
      return ahead.isEmpty() || lent.size() < maximum
          ? null
          : new Shortage(List.copyOf(lent), ahead.stream().map(WaitNode::value).toList());
    } finally {
      guard.unlock();
    }
  }

  // --- under the guard --------------------------------------------------------------------------

  private boolean enterNow(Request request) {
    request.ahead = goesAhead(request);
    boolean free =
        request.ahead
            ? lent.size() < maximum && ahead.isEmpty()
            : lent.size() < width && queue.size() == 0;
    if (free) {
      lend(request);
    }
    return free;
  }

  private boolean goesAhead(Request request) {
    for (Object key : request.trees) {
      Tree tree = trees.get(key);
      if (tree != null && tree.lent > 0) {
        return true;
      }
    }
    return false;
  }

  private void lendFree() {
    for (WaitNode<Request> next = nextAdmissible(); next != null; next = nextAdmissible()) {
      Request request = next.value();
      if (request == null) {
        throw new AssertionError("a wait node without a request");
      }
      dequeue(next, request);
      if (queue.grant(next)) {
        lend(request);
      } else {
        releaseTrees(request);
      }
    }
  }

  private @Nullable WaitNode<Request> nextAdmissible() {
    if (!ahead.isEmpty()) {
      return lent.size() < maximum ? ahead.iterator().next() : null;
    }
    return lent.size() < width ? queue.first() : null;
  }

  private void lend(Request request) {
    acquireTrees(request);
    lent.add(request);
    Tree own = request.acquired.getFirst();
    own.lent++;
    if (own.lent == 1 && !own.queued.isEmpty()) {
      ahead.addAll(own.queued);
      hasWaiterAhead = true;
    }
  }

  private void recordQueued(WaitNode<Request> node, Request request) {
    acquireTrees(request);
    for (Tree tree : request.acquired) {
      tree.queued.add(node);
    }
    if (request.ahead) {
      ahead.add(node);
      hasWaiterAhead = true;
    }
  }

  private void drop(WaitNode<Request> node, Request request) {
    dequeue(node, request);
    releaseTrees(request);
  }

  private void dequeue(WaitNode<Request> node, Request request) {
    if (!ahead.isEmpty()) {
      ahead.remove(node);
      hasWaiterAhead = !ahead.isEmpty();
    }
    for (Tree tree : request.acquired) {
      tree.queued.remove(node);
    }
  }

  private void acquireTrees(Request request) {
    if (request.acquired.isEmpty()) {
      for (Object key : request.trees) {
        Tree tree = trees.computeIfAbsent(key, Tree::new);
        tree.users++;
        request.acquired.add(tree);
      }
    }
  }

  private void releaseTrees(Request request) {
    for (Tree tree : request.acquired) {
      if (--tree.users == 0) {
        trees.remove(tree.key);
      }
    }
    request.acquired.clear();
  }
}
