"""Names that a language knows without a declaration or an import."""

from __future__ import annotations

_JAVA_LANG = (
    "Appendable AutoCloseable Boolean Byte CharSequence Character Class ClassLoader Cloneable "
    "Comparable Compiler Deprecated Double Enum Float FunctionalInterface Integer Iterable Long "
    "Math Module Number Object Override Package Process ProcessBuilder ProcessHandle Readable "
    "Record Runnable Runtime RuntimePermission SafeVarargs Short StackWalker StrictMath String "
    "StringBuffer StringBuilder SuppressWarnings System Thread ThreadGroup ThreadLocal "
    "InheritableThreadLocal Throwable Void ClassValue ModuleLayer ScopedValue IO "
    "ArithmeticException ArrayIndexOutOfBoundsException ArrayStoreException ClassCastException "
    "ClassNotFoundException CloneNotSupportedException EnumConstantNotPresentException Exception "
    "IllegalAccessException IllegalArgumentException IllegalCallerException "
    "IllegalMonitorStateException IllegalStateException IllegalThreadStateException "
    "IndexOutOfBoundsException InstantiationException InterruptedException "
    "LayerInstantiationException MatchException NegativeArraySizeException NoSuchFieldException "
    "NoSuchMethodException NullPointerException NumberFormatException "
    "ReflectiveOperationException RuntimeException SecurityException "
    "StringIndexOutOfBoundsException TypeNotPresentException UnsupportedOperationException "
    "WrongThreadException AbstractMethodError AssertionError BootstrapMethodError "
    "ClassCircularityError ClassFormatError Error ExceptionInInitializerError IllegalAccessError "
    "IncompatibleClassChangeError InstantiationError InternalError LinkageError "
    "NoClassDefFoundError NoSuchFieldError NoSuchMethodError OutOfMemoryError StackOverflowError "
    "ThreadDeath UnknownError UnsatisfiedLinkError UnsupportedClassVersionError VerifyError "
    "VirtualMachineError var"
)
_GO_BUILT_IN = (
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 "
    "int64 rune string uint uint8 uint16 uint32 uint64 uintptr append cap clear close complex "
    "copy delete imag len make max min new panic print println real recover nil true false iota"
)
_RUST_PRELUDE = (
    "Self Option Some None Result Ok Err Box String Vec ToString ToOwned Clone Copy Send Sync "
    "Sized Drop Fn FnMut FnOnce AsRef AsMut Into From Default Iterator Extend IntoIterator "
    "DoubleEndedIterator ExactSizeIterator Eq PartialEq Ord PartialOrd TryFrom TryInto "
    "FromIterator Debug Hash Unpin AsyncFn AsyncFnMut AsyncFnOnce Future IntoFuture drop size_of "
    "size_of_val align_of align_of_val"
)
_SCRIPT_GLOBALS = (
    "arguments closed console document event exports external find focus frames global globalThis "
    "history length location module name open opener origin parent performance print process "
    "require screen scroll self status stop top undefined window"
)
JAVA_LANG = frozenset(_JAVA_LANG.split())
GO_BUILT_IN = frozenset(_GO_BUILT_IN.split())
RUST_PRELUDE = frozenset(_RUST_PRELUDE.split())
SCRIPT_GLOBALS = frozenset(_SCRIPT_GLOBALS.split())
"""Globals of browsers and Node whose names are common variables too."""
