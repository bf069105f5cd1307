@echo off
rem Starts framing on Windows: looks for a Python that fits and hands over to framing-files\starter.py.
rem No administrator, no PowerShell, nothing that depends on the current drive or folder: %~dp0 is where this file lies.
setlocal EnableExtensions DisableDelayedExpansion
title framing
set "STARTER=%~dp0framing-files\starter.py"
set "INSTALLED="
if not exist "%STARTER%" goto incomplete

:search
set FOUND=
rem @EACH_VERSION@
call :try py -@VERSION@
call :try "%LOCALAPPDATA%\Programs\Python\Python@DIGITS@\python.exe"
call :try "%ProgramFiles%\Python@DIGITS@\python.exe"
rem @END@
call :try python
if defined FOUND goto found
if defined INSTALLED goto missing

set "INSTALLER="
rem @EACH_VERSION@
for %%f in ("%~dp0framing-files\python\python-@VERSION@*-amd64.exe") do set "INSTALLER=%%~ff"
rem @END@
if not defined INSTALLER goto missing
echo framing needs Python, which this computer does not have yet.
echo Its installer is on the stick. It installs Python for you alone and needs no administrator.
echo.
choice /c YN /m "Install Python now"
if errorlevel 2 goto failed
echo Installing Python. A window shows how far it is; it closes by itself.
start "" /wait "%INSTALLER%" /passive InstallAllUsers=0 Include_launcher=0 PrependPath=0 Include_test=0 AssociateFiles=0 Shortcuts=0
set "INSTALLED=1"
goto search

:found
%FOUND% -I "%STARTER%" %*
if not "%ERRORLEVEL%"=="0" goto failed
exit /b 0

:try
if defined FOUND exit /b 0
%* -I "%STARTER%" --fits >nul 2>nul
if "%ERRORLEVEL%"=="0" set FOUND=%*
exit /b 0

:missing
echo framing needs Python, and this computer has none that fits the stick.
echo The stick has parts for Python @VERSIONS@, 64 bit.
echo.
echo On a computer with internet get "Windows installer (64-bit)" of Python @NEWEST@ from
echo   https://www.python.org/downloads/windows/
echo and put the file, python-@NEWEST@.something-amd64.exe, on the stick into the folder framing-files\python
echo Then start framing again: it offers to install it.
goto failed

:incomplete
echo The folder framing-files is missing beside this file.
echo If you see this after opening a ZIP file: unpack it first (right click, "Extract all").
echo Otherwise start framing from the stick, or copy the whole stick.

:failed
echo.
echo READ ME FIRST.html on the stick explains what can go wrong. This window stays open so that you can read it.
pause
exit /b 1
